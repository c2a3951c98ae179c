"""The lead of each section: at most five sentences, made by a handful of templates.

Which sentences a section has, and of which measures, is one table; what the measures are called is
``nouns``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from etl.report.numbers import exact, is_of_few, of, printed, to_tenth, whole
from etl.report.outline import Section
from etl.report.record import (
    COUNT,
    MISSING,
    NOT_COMPARABLE,
    PER_10000,
    PERCENT,
    TWELVE_MONTHS,
    WITHHELD,
    Breakdown,
    Point,
    Report,
    Rule,
    Series,
)
from etl.report.sentences.comparing import (
    changes,
    figure,
    from_target,
    no_comparable,
    not_compared,
    outside,
    reference,
    standing,
    stays,
    usual_range,
)
from etl.report.sentences.nouns import WORDS
from etl.report.sentences.reviews import review_sentences
from etl.report.sentences.words import (
    bold,
    capitalised,
    day_in_year,
    listed,
    month_before,
    month_beside,
    month_of,
    name_of,
    number_of,
    when,
    year_to_date,
)

MOST_SENTENCES = 5
# Which sentences give way where there are more: the last of the highest.
_FIGURE, _OUTSIDE, _WHY = 1, 2, 3
_MONTHS = 12
_APRIL = 4


@dataclass(frozen=True)
class Said:
    """A sentence, and how soon it gives way."""

    text: str
    rank: int = _FIGURE


Maker = Callable[[Report, str], Iterable[Said]]


def lead(report: Report, section: Section) -> list[str]:
    """What is said at the head of a section, at most five sentences."""
    said: list[Said] = []
    for measure, maker in _SECTIONS[section.id]:
        if report.of(measure):
            said += [each for each in maker(report, measure) if each not in said]
    if not said:
        return ["The extract does not hold what this section counts."]
    while len(said) > MOST_SENTENCES:
        last = max(range(len(said)), key=lambda place: (said[place].rank, place))
        del said[last]
    return [each.text for each in said]


def _series(report: Report, measure: str) -> Series:
    return report.series[measure]


# Of counts.


def _count(report: Report, measure: str) -> list[Said]:
    """How many, against the month before and the year before."""
    series = _series(report, measure)
    text = _counted(report, series, changes(report, series))
    return _with_why(report, series, text) + _awaiting(report, series)


def _counted(report: Report, series: Series, change: str) -> str:
    """``79 early help episodes were opened in October 2014, 4 more than in ...``; none and one in
    their own form."""
    words, number, time = WORDS[series.measure], series.now.numerator, when(report, series)
    if not series.now.is_counted or number is None:
        return _unsaid(report, series)
    if number == 0:
        is_nothing_new = stays(series)
        return f"{bold('No')} {words.one} {time}{'' if is_nothing_new else change}."
    phrase = words.one if number == 1 else words.many
    return f"{bold(whole(number))} {phrase} {time}{change}."


def _unsaid(report: Report, series: Series) -> str:
    """Why M itself has no figure."""
    words = WORDS[series.measure]
    over = " over 12 months" if series.span == TWELVE_MONTHS else ""
    what = f"rate{over}" if series.unit == PER_10000 else f"figure of {words.subject}"
    if series.now.state == NOT_COMPARABLE:
        return no_comparable(report, series, [report.month], what)
    if series.now.state != WITHHELD:
        return f"There is no {what} for {month_of(report.month)}."
    if series.unit == COUNT:
        return (
            f"Fewer than 6 {words.many} {when(report, series)}, or the number is withheld to "
            "protect such a number (c)."
        )
    what = what if series.unit == PER_10000 else f"share of {words.subject}"
    return f"The {what} is withheld (c): it would tell, or help to tell, a number from 1 to 5."


def _awaiting(report: Report, series: Series) -> list[Said]:
    """Of a count of what is overdue, those of which only the record may be: in the public edition
    without their number, which may be small."""
    number = series.now.awaiting
    if not number or not series.now.numerator:
        return []
    some = "Some" if report.is_public else bold(whole(number))
    are = "is" if number == 1 and not report.is_public else "are"
    return [Said(f"{some} of them {are} booked in the system with no held date yet, "
                 "so the figure is not final.")]  # fmt: skip


def _with_why(report: Report, series: Series, text: str) -> list[Said]:
    """A sentence, what else is to be said of its figure, and why it is not compared."""
    why = [Said(each, _WHY) for each in not_compared(report, series)]
    return _with_outside(report, series, text) + why


def _with_outside(report: Report, series: Series, text: str) -> list[Said]:
    """A sentence, and that its figure is outside its usual range."""
    where = outside(report, series)
    return [Said(text)] + ([Said(_outside(report, series, where), _OUTSIDE)] if where else [])


def _outside(report: Report, series: Series, where: int, what: str = "This") -> str:
    side = "above" if where > 0 else "below"
    return f"{what} is {side} its usual range ({usual_range(report, series)})."


# Of shares.


def _flow(report: Report, measure: str) -> list[Said]:
    """``201 of them went on to a referral: 23.1%, 4.8 percentage points lower than ...``."""
    series, words = _series(report, measure), WORDS[measure]
    point = series.now
    if printed(series.unit, point) is None and not is_of_few(series.unit, point):
        return _without_share(report, series)
    if is_of_few(series.unit, point):
        return [Said(f"{bold(of(point))} {words.had_many}.")]
    number = point.numerator or 0
    some = bold(whole(number)) if number else "None"
    share = bold(figure(series.unit, point))
    text = f"{some} of them {words.had_many}: {share}{changes(report, series)}."
    return _with_why(report, series, text)


def _percent_first(report: Report, measure: str) -> list[Said]:
    """``93.1% of the children on a plan had their statutory visit in time at the end of October
    2014 (270 of 290), 2.8 percentage points higher than ...``."""
    series, words = _series(report, measure), WORDS[measure]
    point = series.now
    if printed(series.unit, point) is None and not is_of_few(series.unit, point):
        return _without_share(report, series)
    time = "" if "{year_to_date}" in words.things else f" {when(report, series)}"
    things, had = _filled(report, words.things), _had(report, measure, of_one=False)
    if is_of_few(series.unit, point):
        return [Said(f"{bold(of(point))} {things} {had}{time}.")]
    share = bold(figure(series.unit, point))
    text = f"{share} of the {things} {had}{time} ({of(point)}){changes(report, series)}."
    return _with_why(report, series, text)


def _number_first(report: Report, measure: str, before: str = "") -> list[Said]:
    """``248 of the 254 referrals of September had a single assessment ... (97.6%)``; all, none and
    one in their own form."""
    series, words = _series(report, measure), WORDS[measure]
    point = series.now
    if printed(series.unit, point) is None and not is_of_few(series.unit, point):
        return _without_share(report, series)
    things = f" {_filled(report, words.things)}" if words.things else ""
    had = _had(report, measure, of_one=point.numerator == 1)
    some = _of_the(point) if not is_of_few(series.unit, point) else bold(of(point))
    share = "" if is_of_few(series.unit, point) else f" ({figure(series.unit, point)})"
    text = f"{before}{some}{things} {had}{share}."
    return _with_outside(report, series, text if before else capitalised(text))


def _of_the(point: Point) -> str:
    number, every = point.numerator or 0, point.denominator or 0
    if number == every:
        return f"all {whole(every)}"
    return f"{bold(whole(number)) if number else 'none'} of the {whole(every)}"


def _without_share(report: Report, series: Series) -> list[Said]:
    """Nothing of a share of nothing: the count before it has said that there is none."""
    is_of_nothing = series.now.state == MISSING or series.now.denominator == 0
    return [] if is_of_nothing else [Said(_unsaid(report, series))]


def _filled(report: Report, text: str) -> str:
    """Words with their slots filled."""
    return text.format(
        before=month_beside(month_before(report.month), report.month),
        last_day=day_in_year(report.last_day),
        year_to_date=year_to_date(report),
        allowance="{allowance}",
    )


def _had(report: Report, measure: str, *, of_one: bool) -> str:
    """What those in the numerator did."""
    words = WORDS[measure]
    had = (words.had_one, words.had_many)
    if words.timescale:
        rule = rule_of(report, words.timescale)
        had = had if rule else words.otherwise
        return had[not of_one].format(allowance=rule.allowance if rule else "")
    return _filled(report, had[not of_one])


def rule_of(report: Report, timescale: str) -> Rule | None:
    """The rule of a timescale; None where none is told, or it changed within the year."""
    rules = [rule for rule in report.rules if rule.timescale == timescale]
    return rules[0] if len(rules) == 1 else None


def _in_month_itself(report: Report, measure: str) -> list[Said]:
    """Beside a year to date, but in April, which is the year to date."""
    if report.month.month == _APRIL:
        return []
    return _number_first(report, measure, f"In {name_of(report.month)} itself ")


def _standing(report: Report, measure: str) -> list[Said]:
    """A share against its target, England and the neighbours."""
    series = _series(report, measure)
    said = standing(report, series)
    return [Said(f"That is {said.removeprefix(', ')}.")] if said else []


# Of rates.


def _rate(report: Report, measure: str) -> list[Said]:
    """The rate against its target, England and the neighbours, and how many a month the target
    asks for."""
    series = _series(report, measure)
    value = printed(series.unit, series.now)
    if value is None:
        is_told = series.now.state != NOT_COMPARABLE
        return [Said(_unsaid(report, series), _FIGURE if is_told else _WHY)]
    over = "Over 12 months the" if series.span == TWELVE_MONTHS else "The"
    rate = bold(figure(series.unit, series.now))
    text = f"{over} rate is {rate} per 10,000 children{standing(report, series)}."
    needed = _needed(report, series) if measure in _WANTED_MORE else ""
    return [Said(text)] + ([Said(needed)] if needed else [])


# Rates of twelve months of which a target asks for more, though no measure says that more is
# better.
_WANTED_MORE = ("looked_after_ceased_rate_12m",)


def _needed(report: Report, series: Series) -> str:
    """How many a month a target comes to, beside how many there were."""
    now, target, population = series.now, series.target, report.population
    is_below = target is not None and from_target(series).find("below") > 0
    if not (is_below and target and population and now.numerator is not None):
        return ""
    asked = Decimal(target.value * population.children) / 10_000 / _MONTHS
    there_were = to_tenth(Decimal(now.numerator) / _MONTHS)
    return (
        f"A rate of {reference(series.unit, target)} is an average of "
        f"{bold(whole(asked.to_integral_value(ROUND_HALF_UP)))} a month; the average of the last "
        f"12 months is {there_were}."
    )


# What single sections say besides.


def _late(report: Report, measure: str) -> list[Said]:
    """Assessments completed late, in how many families, and those still open."""
    series = _series(report, measure)
    number = series.now.numerator
    if not series.now.is_counted or number is None:
        return [Said(_unsaid(report, series))]
    took = _took_longer(report, number)
    families = _in_families(report) if number else ""
    text = f"{bold(whole(number)) if number else 'None'}{families} {took}{_still_open(report)}."
    said = [Said(text)]
    if where := outside(report, series):
        said.append(Said(_outside(report, series, where, "The number late"), _OUTSIDE))
    return said


def _took_longer(report: Report, number: int) -> str:
    rule = rule_of(report, "single_assessment")
    if rule is None:
        were, their = ("was", "its") if number in (0, 1) else ("were", "their")
        return f"{were} completed after {their} due date"
    of_whom = " of the local standard" if rule.is_local else ""
    return f"took longer than the {rule.allowance}{of_whom}"


def _in_families(report: Report) -> str:
    families = report.of("assessments_late_families")
    number = families.now.numerator if families and families.now.is_counted else None
    if number is None:
        return ""
    return f", in {bold(f'{number:,} ' + ('family' if number == 1 else 'families'))},"


def _still_open(report: Report) -> str:
    """Those past their due date at the end of the month."""
    series = report.of("assessments_overdue")
    if series is None or series.now.state in (NOT_COMPARABLE, MISSING):
        return ""
    number = series.now.numerator
    if number is None:
        return "; the number still open past its due date at the end of the month is withheld (c)"
    some = "none was" if number == 0 else "1 was" if number == 1 else f"{number:,} were"
    their = "its" if number in (0, 1) else "their"
    return f"; {some} still open past {their} due date at the end of the month"


def _category(report: Report, measure: str) -> list[Said]:
    """The category of abuse that most plans are of."""
    found = report.breakdowns.get("plans_by_category")
    numbers = [band.number for band in found.bands] if found else []
    known = [number for number in numbers if number is not None]
    if found is None or not found.total or len(known) < len(numbers) or not any(known):
        return []
    most = max(known)
    labels = [band.label[:1].lower() + band.label[1:] for band in found.bands
              if band.number == most]  # fmt: skip
    one = len(labels) == 1
    category = "category is" if one else "categories are"
    each = "" if one else " each"
    return [Said(f"The most common {category} {listed(labels)} "
                 f"({_share_of(report, found, most)}{each}).")]  # fmt: skip


def _share_of(report: Report, found: Breakdown, number: int) -> str:
    """``155 of 290, 53.4%``."""
    point = Point(report.month, number, found.total)
    if is_of_few(PERCENT, point):
        return of(point)
    return f"{of(point)}, {figure(PERCENT, point)}"


def _past_due(report: Report, measure: str) -> list[Said]:
    """Children whose visit was past its due date, and what the record cannot tell."""
    series = _series(report, measure)
    unknown = Said("A visit made but not yet entered cannot be told from a visit not made.")
    point = series.now
    if not point.is_counted or point.numerator is None or not point.denominator:
        return []
    number = point.denominator - point.numerator
    rule = rule_of(report, "child_protection_visit")
    standard = "local standard" if rule and rule.is_local else "standard"
    under = f" under the {standard} of {rule.allowance}" if rule else ""
    if number == 0:
        return [Said(f"No child’s visit was past its due date{under}."), unknown]
    if number == 1:
        return [Said(f"The visit of {bold(1)} child was past its due date{under}."), unknown]
    return [Said(f"The visits of {bold(whole(number))} children were past their due date{under}."),
            unknown]  # fmt: skip


def _reviews(report: Report, measure: str) -> list[Said]:
    series = _series(report, measure)
    if series.now.is_counted and series.now.denominator == 0:
        return [Said(f"No review was due in {month_of(report.month)}.")]
    if exact(series.unit, series.now) is None:
        return [Said(_unsaid(report, series))]
    said = [Said(each) for each in review_sentences(report, series)]
    return said + [Said(each, _WHY) for each in not_compared(report, series)]


def _every_review(report: Report, measure: str) -> list[Said]:
    """Of children rather than of reviews; while that is not final, the reviews say why."""
    if _series(report, measure).is_not_final:
        return []
    return [Said(each.text, _WHY) for each in _percent_first(report, measure)[:1]]


def _looked_after(report: Report, measure: str) -> list[Said]:
    """How many, and how many started and ceased to be looked after where that tells the change."""
    series = _series(report, measure)
    net = _net(report, series)
    text = _counted(report, series, changes(report, series)).removesuffix(".")
    return _with_why(report, series, f"{text}{net}.")


def _net(report: Report, series: Series) -> str:
    """Started and ceased; nothing where one of them, or the change, may not be told."""
    started, ceased = _in_month(report, "looked_after_started"), _in_month(
        report, "looked_after_ceased")  # fmt: skip
    before = series.month_before
    change = None if before is None else _difference(series.now, before)
    if started is None or ceased is None or change is None or not series.now.numerator:
        return ""
    some = [whole(number) if number else "none" for number in (started, ceased)]
    said = f": {some[0]} started and {some[1]} ceased to be looked after in the month"
    if started - ceased == change:
        return said
    why, records = "", report.corrected_records
    if records:
        why = f", as {number_of(records, 'record was', 'records were')} corrected"
    return f"{said} (the two do not add up to the change{why})"


def _in_month(report: Report, measure: str) -> int | None:
    series = report.of(measure)
    return series.now.numerator if series and series.now.is_counted else None


def _difference(now: Point, before: Point) -> int | None:
    if not (now.is_counted and before.is_counted):
        return None
    if now.numerator is None or before.numerator is None:
        return None
    return now.numerator - before.numerator


def _not_counted(report: Report, measure: str) -> list[Said]:
    return [Said("Children on a plan, looked after, or off a plan for less than three months are "
                 "not counted.")]  # fmt: skip


def _conferences(report: Report, measure: str) -> list[Said]:
    """How many children were considered, and how many conferences were in time, in one sentence."""
    said = _count(report, measure)
    if not report.of("initial_conferences_in_time_pct"):
        return said
    in_time = _number_first(report, "initial_conferences_in_time_pct")
    return said[:1] + in_time[:1] + said[1:] + in_time[1:]


_SECTIONS: dict[str, tuple[tuple[str, Maker], ...]] = {
    "early-help": (("early_help_opened", _count), ("early_help_rate_12m", _rate)),
    "contacts": (("contacts", _count), ("contacts_to_referral_pct", _flow)),
    "referrals": (
        ("referrals", _count), ("referral_rate_12m", _rate), ("re_referrals_pct", _number_first),
    ),
    "assessments": (
        ("assessments_completed", _count),
        ("previous_month_referrals_assessed_pct", _number_first),
    ),
    "assessment-timescales": (
        ("assessments_in_time_pct_ytd", _percent_first),
        ("assessments_in_time_pct_ytd", _standing),
        ("assessments_in_time_pct", _in_month_itself),
        ("assessments_late", _late),
    ),
    "section-47": (
        ("section_47_completed", _count),
        ("section_47_to_conference_pct", _flow),
        ("section_47_to_conference_pct_ytd", _percent_first),
        ("section_47_to_conference_pct_ytd", _standing),
    ),
    "plans-started": (
        ("initial_conferences_held", _conferences), ("plans_started", _count),
        ("plan_start_rate_12m", _rate),
    ),
    "plans": (("plans_open", _count), ("plans_open_rate", _rate), ("plans_open", _category)),
    "reviews": (
        ("reviews_in_time_pct", _reviews), ("plans_reviewed_in_time_pct", _every_review),
    ),
    "visits": (
        ("visits_in_time_pct", _percent_first), ("visits_in_time_pct", _standing),
        ("visits_in_time_pct", _past_due),
    ),
    "looked-after": (("looked_after", _looked_after), ("looked_after_rate", _rate)),
    "ceased": (("looked_after_ceased", _count), ("looked_after_ceased_rate_12m", _rate)),
    "care-oversight": (
        ("looked_after_reviews_overdue", _count),
        ("looked_after_visits_in_time_pct", _number_first),
    ),
    "in-need": (("in_need_over_9_months", _count), ("in_need_over_9_months", _not_counted)),
}  # fmt: skip
