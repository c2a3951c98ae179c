"""The lead of each section: at most five sentences.

Which sentences a section has, and of which measures, is one table; most are of ``templates``, and
here stands what single sections say besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from etl.report.numbers import exact, is_of_few, of, whole
from etl.report.outline import Section
from etl.report.record import (
    MISSING,
    NOT_COMPARABLE,
    PERCENT,
    Breakdown,
    Point,
    Report,
    Series,
)
from etl.report.sentences.comparing import (
    NO_COMPARABLE,
    changes,
    figure,
    not_compared,
    outside,
)
from etl.report.sentences.reviews import review_sentences
from etl.report.sentences.templates import (
    OUTSIDE,
    WHY,
    Said,
    count_sentences,
    counted,
    flow_sentences,
    number_first,
    outside_its_range,
    percent_first,
    rate_sentences,
    rule_of,
    unsaid,
    with_why,
)
from etl.report.sentences.words import bold, listed, month_of, name_of, number_of

MOST_SENTENCES = 5
_APRIL = 4
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
    return _each_reason_once([each.text for each in said])


def _each_reason_once(texts: list[str]) -> list[str]:
    """Several figures of a section are often not comparable for one reason."""
    told: set[str] = set()
    kept = []
    for text in texts:
        start, _, reason = text.partition(": ")
        if text.startswith(NO_COMPARABLE) and reason:
            text = f"{start}." if reason in told else text
            told.add(reason)
        kept.append(text)
    return kept


def _in_month_itself(report: Report, measure: str) -> list[Said]:
    """Beside a year to date, but in April, which is the year to date."""
    if report.month.month == _APRIL:
        return []
    return number_first(report, measure, f"In {name_of(report.month)} itself ")


def _late(report: Report, measure: str) -> list[Said]:
    """Assessments completed late, in how many families, and those still open."""
    series = report.series[measure]
    number = series.now.numerator
    if not series.now.is_counted or number is None:
        return [Said(unsaid(report, series))]
    took = _took_longer(report, number)
    families = _in_families(report) if number else ""
    text = f"{bold(whole(number)) if number else 'None'}{families} {took}{_still_open(report)}."
    said = [Said(text)]
    if where := outside(report, series):
        said.append(Said(outside_its_range(report, series, where, "The number late"), OUTSIDE))
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


def _visited(report: Report, measure: str) -> list[Said]:
    """The share in time; where no visit was owed by then, that."""
    if report.series[measure].now.denominator == 0:
        return [Said(f"No child on a plan was due a visit by the end of {month_of(report.month)}.")]
    return percent_first(report, measure)


def _past_due(report: Report, measure: str) -> list[Said]:
    """Children whose visit was past its due date, and what the record cannot tell."""
    series = report.series[measure]
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
    series = report.series[measure]
    if series.now.denominator == 0:
        return [Said(f"No review was due in {month_of(report.month)}.")]
    if exact(series.unit, series.now) is None:
        return [Said(unsaid(report, series))]
    said = [Said(each) for each in review_sentences(report, series)]
    return said + [Said(each, WHY) for each in not_compared(report, series)]


def _every_review(report: Report, measure: str) -> list[Said]:
    """Of children rather than of reviews; while that is not final, the reviews say why."""
    if report.series[measure].is_not_final:
        return []
    return [Said(each.text, WHY) for each in percent_first(report, measure)[:1]]


def _looked_after(report: Report, measure: str) -> list[Said]:
    """How many, and how many started and ceased to be looked after where that tells the change."""
    series = report.series[measure]
    net = _net(report, series)
    text = counted(report, series, changes(report, series)).removesuffix(".")
    return with_why(report, series, f"{text}{net}.")


def _net(report: Report, series: Series) -> str:
    """Started and ceased; nothing where one of them, or the change, may not be told."""
    started = _in_month(report, "looked_after_started")
    ceased = _in_month(report, "looked_after_ceased")
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


def _with_share(share: str, tell: Maker) -> Maker:
    """How many, then what share of them, and only then the reasons: one between the two would part
    ``of them`` from what it is of."""

    def told(report: Report, measure: str) -> list[Said]:
        said, of = count_sentences(report, measure), report.of(share)
        if of is None:
            return said
        every = dict.fromkeys([*said, *tell(report, share)])
        return sorted(every, key=lambda each: of.now.is_counted and each.rank == WHY)

    return told


_SECTIONS: dict[str, tuple[tuple[str, Maker], ...]] = {
    "early-help": (("early_help_opened", count_sentences), ("early_help_rate_12m", rate_sentences)),
    # A share that its number has told already is not told again.
    "contacts": (
        ("contacts", _with_share("contacts_to_referral_pct", flow_sentences)),
        ("contacts_to_referral_pct", flow_sentences),
    ),
    "referrals": (
        ("referrals", count_sentences), ("referral_rate_12m", rate_sentences),
        ("re_referrals_pct", number_first),
    ),
    "assessments": (
        ("assessments_completed", count_sentences),
        ("previous_month_referrals_assessed_pct", number_first),
    ),
    "assessment-timescales": (
        ("assessments_in_time_pct_ytd", percent_first),
        ("assessments_in_time_pct", _in_month_itself),
        ("assessments_late", _late),
    ),
    "section-47": (
        ("section_47_completed", _with_share("section_47_to_conference_pct", flow_sentences)),
        ("section_47_to_conference_pct", flow_sentences),
        ("section_47_to_conference_pct_ytd", percent_first),
    ),
    "plans-started": (
        (
            "initial_conferences_held",
            _with_share("initial_conferences_in_time_pct", number_first),
        ),
        ("plans_started", count_sentences), ("plan_start_rate_12m", rate_sentences),
    ),
    "plans": (
        ("plans_open", count_sentences), ("plans_open_rate", rate_sentences),
        ("plans_open", _category),
    ),
    "reviews": (
        ("reviews_in_time_pct", _reviews), ("plans_reviewed_in_time_pct", _every_review),
    ),
    "visits": (
        ("visits_in_time_pct", _visited),
        ("visits_in_time_pct", _past_due),
    ),
    "looked-after": (("looked_after", _looked_after), ("looked_after_rate", rate_sentences)),
    "ceased": (
        ("looked_after_ceased", count_sentences), ("looked_after_ceased_rate_12m", rate_sentences),
    ),
    "care-oversight": (
        ("looked_after_reviews_overdue", count_sentences),
        ("looked_after_visits_in_time_pct", number_first),
    ),
    "in-need": (
        ("in_need_over_9_months", count_sentences), ("in_need_over_9_months", _not_counted),
    ),
}  # fmt: skip
