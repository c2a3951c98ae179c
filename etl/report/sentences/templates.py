"""The templates of the sentences of a lead: of counts, of shares and of rates.

Each is told of any measure; what the measure is called is ``nouns``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from etl.report.numbers import distance, is_of_few, of, printed, to_tenth, whole
from etl.report.outline import SECTION_OF
from etl.report.record import (
    COUNT,
    MISSING,
    NOT_COMPARABLE,
    PER_10000,
    TWELVE_MONTHS,
    WITHHELD,
    Point,
    Report,
    Rule,
    Series,
)
from etl.report.sentences.comparing import (
    changes,
    figure,
    no_comparable,
    not_compared,
    outside,
    reference,
    standing,
    stays,
    usual_range,
)
from etl.report.sentences.nouns import WORDS
from etl.report.sentences.words import (
    bold,
    capitalised,
    day_in_year,
    month_before,
    month_beside,
    month_of,
    when,
    year_to_date,
)

# Which sentences give way where there are more than a lead holds: the last of the highest.
FIGURE, OUTSIDE, WHY = 1, 2, 3
_MONTHS = 12


@dataclass(frozen=True)
class Said:
    """A sentence, and how soon it gives way."""

    text: str
    rank: int = FIGURE


# Of counts.


def count_sentences(report: Report, measure: str) -> list[Said]:
    """How many, against the month before and the year before."""
    series = report.series[measure]
    text = counted(report, series, changes(report, series))
    return with_why(report, series, text) + _awaiting(report, series)


def counted(report: Report, series: Series, change: str) -> str:
    """``79 early help episodes were opened in October 2014, 4 more than in ...``; none and one in
    their own form."""
    words, number, time = WORDS[series.measure], series.now.numerator, when(report, series)
    if not series.now.is_counted or number is None:
        return unsaid(report, series)
    if number == 0:
        is_nothing_new = stays(report, series)
        return f"{bold('No')} {words.one} {time}{'' if is_nothing_new else change}."
    phrase = words.one if number == 1 else words.many
    return f"{bold(whole(number))} {phrase} {time}{change}."


def unsaid(report: Report, series: Series) -> str:
    """Why M itself has no figure."""
    words = WORDS[series.measure]
    over = " over 12 months" if series.span == TWELVE_MONTHS else ""
    what = f"rate{over}" if series.unit == PER_10000 else f"figure of {words.subject}"
    if series.now.state == NOT_COMPARABLE:
        return no_comparable(report, series, [report.month], what)
    if series.now.state != WITHHELD:
        is_lacking = series.unit == PER_10000 and report.population is None
        why = ", as the council’s file gives no number of children" if is_lacking else ""
        return f"There is no {what} for {month_of(report.month)}{why}."
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


def with_why(report: Report, series: Series, text: str) -> list[Said]:
    """A sentence, what else is to be said of its figure, and why it is not compared."""
    why = [Said(each, WHY) for each in not_compared(report, series)]
    return _with_outside(report, series, text) + why


def _with_outside(report: Report, series: Series, text: str) -> list[Said]:
    """A sentence, and that its figure is outside its usual range."""
    where = outside(report, series)
    return [Said(text)] + (
        [Said(outside_its_range(report, series, where), OUTSIDE)] if where else []
    )


def outside_its_range(report: Report, series: Series, where: int, what: str = "This") -> str:
    side = "above" if where > 0 else "below"
    return f"{what} is {side} its usual range ({usual_range(report, series)})."


# Of shares.


def flow_sentences(report: Report, measure: str) -> list[Said]:
    """``201 of them went on to a referral: 23.1%, 4.8 percentage points lower than ...``; where it
    is not told of how many, or of a few, with what they are of."""
    series, words = report.series[measure], WORDS[measure]
    point, of_all = series.now, _series_of_all(report, measure)
    is_few = is_of_few(series.unit, point)
    if printed(series.unit, point) is None and not is_few:
        return _without_share(report, series)
    if is_few or of_all is None or printed(of_all.unit, of_all.now) is None:
        return number_first(report, measure)
    some = bold(whole(point.numerator)) if point.numerator else "None"
    share = bold(figure(series.unit, point))
    text = f"{some} of them {words.had_many}: {share}{changes(report, series)}."
    return with_why(report, series, text)


def _series_of_all(report: Report, measure: str) -> Series | None:
    """The count that a share's section begins with: of what it is a share."""
    return report.of(SECTION_OF[measure].measures[0])


def percent_first(report: Report, measure: str) -> list[Said]:
    """``93.1% of the children on a plan had their statutory visit in time at the end of October
    2014 (270 of 290), 2.8 percentage points higher than ...``."""
    series, words = report.series[measure], WORDS[measure]
    point = series.now
    if printed(series.unit, point) is None and not is_of_few(series.unit, point):
        return _without_share(report, series)
    time = "" if "{year_to_date}" in words.things else f" {when(report, series)}"
    if is_of_few(series.unit, point):
        return [Said(f"{_of_few(report, measure)}{time}.")]
    things, had = _filled(report, words.things), _had(report, measure, of_one=False)
    share = bold(figure(series.unit, point))
    text = f"{share} of the {things} {had}{time} ({of(point)}){changes(report, series)}."
    first, *rest = with_why(report, series, text)
    return [first, *_standing(report, series), *rest]


def number_first(report: Report, measure: str, before: str = "") -> list[Said]:
    """``248 of the 254 referrals of September had a single assessment ... (97.6%)``; all, none and
    one in their own form."""
    series, words = report.series[measure], WORDS[measure]
    point = series.now
    if printed(series.unit, point) is None and not is_of_few(series.unit, point):
        return _without_share(report, series)
    if is_of_few(series.unit, point):
        text = f"{before}{_of_few(report, measure)}."
    else:
        things = f" {_filled(report, words.things)}" if words.things else ""
        had = _had(report, measure, of_one=point.numerator == 1)
        text = f"{before}{_of_the(point)}{things} {had} ({figure(series.unit, point)})."
    return _with_outside(report, series, text if before else capitalised(text))


def _of_few(report: Report, measure: str) -> str:
    """``2 of 3 enquiries led to ...``, ``0 of 1 enquiry led to ...``."""
    words, point = WORDS[measure], report.series[measure].now
    thing = _filled(report, words.thing if point.denominator == 1 else words.things)
    had = _had(report, measure, of_one=1 in (point.numerator, point.denominator))
    return " ".join(each for each in (bold(of(point)), thing, had) if each)


def _of_the(point: Point) -> str:
    number, every = point.numerator or 0, point.denominator or 0
    if number == every:
        return f"all {whole(every)}"
    return f"{bold(whole(number)) if number else 'none'} of the {whole(every)}"


def _without_share(report: Report, series: Series) -> list[Said]:
    """Nothing of a share of nothing: the count before it has said that there is none."""
    is_of_nothing = series.now.state == MISSING or series.now.denominator == 0
    return [] if is_of_nothing else [Said(unsaid(report, series))]


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


def _standing(report: Report, series: Series) -> list[Said]:
    """The share that was just told against its target, England and the neighbours."""
    said = standing(report, series)
    return [Said(f"That is {said.removeprefix(', ')}.")] if said else []


# Of rates.


def rate_sentences(report: Report, measure: str) -> list[Said]:
    """The rate against its target, England and the neighbours, and how many a month the target
    asks for."""
    series = report.series[measure]
    value = printed(series.unit, series.now)
    if value is None:
        is_told = series.now.state != NOT_COMPARABLE
        return [Said(unsaid(report, series), FIGURE if is_told else WHY)]
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
    found = distance(series)
    if not (found and found.side < 0 and target and population and now.numerator is not None):
        return ""
    asked = Decimal(target.value * population.children) / 10_000 / _MONTHS
    there_were = to_tenth(Decimal(now.numerator) / _MONTHS)
    return (
        f"A rate of {reference(series.unit, target)} is an average of "
        f"{bold(whole(asked.to_integral_value(ROUND_HALF_UP)))} a month; the average of the last "
        f"12 months is {there_were}."
    )
