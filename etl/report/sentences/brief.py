"""What stands first: six tiles, and a report in at most eight sentences.

Which sentences, and in which order, is fixed: none is left out because it is unwelcome, and none
is added because it is welcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from etl.report.numbers import distance, exact, is_of_few, of, printed, whole
from etl.report.outline import SECTION_OF, TILES
from etl.report.record import PER_10000, PERCENT, TWELVE_MONTHS, Band, Report, Series
from etl.report.sentences.comparing import (
    amount,
    change_on_month_before,
    changes,
    comparator,
    figure,
    outside,
    standing,
    stated,
    usual_range,
)
from etl.report.sentences.nouns import WORDS
from etl.report.sentences.reviews import can_be, reviews_of
from etl.report.sentences.templates import rule_of
from etl.report.sentences.words import (
    bold,
    day_in_year,
    day_of,
    listed,
    month_of,
    name_of,
    number_of,
    typographic,
)

ABOUT = "about"
# From its target, in percent of it.
_FAR = 10
# Restated figures that are told one by one.
_MOST_RESTATED = 3


@dataclass(frozen=True)
class Item:
    """A sentence of the brief and the sections where it is told in full."""

    text: str
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Tile:
    """A figure at a glance."""

    label: str
    value: str
    lines: tuple[str, ...]


def brief(report: Report) -> list[Item]:
    """The report in at most eight sentences, each said only if it is true."""
    far = _by_distance(report)
    is_far = bool(far) and _relative(far[0]) >= _FAR
    items = [
        _not_final(report),
        _furthest(report, far[0]) if is_far else None,
        _others_with_target(far[1:] if is_far else far, is_first=not is_far),
        _late(report),
        _past_due(report),
        _looked_after(report),
        _usual(report),
        _restated(report),
    ]
    return [item for item in items if item]


def not_final(report: Report) -> list[Series]:
    """The figures of the report that are not final."""
    return [series for series in _in_order(report) if series.is_not_final]


def _in_order(report: Report) -> list[Series]:
    """The measures of the report, in the order of its sections."""
    return [report.series[measure] for measure in SECTION_OF if measure in report.series]


def _not_final(report: Report) -> Item | None:
    found = not_final(report)
    if not found:
        return None
    first = "One figure is" if len(found) == 1 else f"{len(found)} figures are"
    reviews = reviews_of(report)
    sections = tuple(dict.fromkeys(SECTION_OF[series.measure].id for series in found))
    if reviews is None or not reviews.awaiting:
        names = listed([WORDS[series.measure].subject for series in found])
        return Item(f"{bold(f'{first} not final:')} {names}.", sections)
    have = "has" if reviews.awaiting == 1 else "have"
    due = f"{reviews.due} child protection reviews due in {name_of(report.month)}"
    text = (
        f"{bold(f'{first} not final.')} {reviews.awaiting} of {due} {have} no held date in the "
        f"system yet. {can_be(report)}"
    )
    return Item(text, sections)


def _by_distance(report: Report) -> list[Series]:
    """Measures of the report with a target, the furthest from it first; of a rate with a target of
    0 nobody can say how far, and it stands last."""
    found = [(series, far) for series in _in_order(report) if (far := distance(series))]
    found.sort(key=lambda each: (each[1].amount is not None, _relative(each[0])), reverse=True)
    return [series for series, _ in found]


def _relative(series: Series) -> Decimal:
    """From its target in percent of it, also of a share, so that all can be put in one order."""
    value, target = exact(series.unit, series.now), series.target
    assert value is not None and target is not None
    return abs(value - target.value) * 100 / (target.value or 100)


def _subject(series: Series) -> str:
    return WORDS[series.measure].subject


def _furthest(report: Report, series: Series) -> Item:
    per = ""
    if series.unit == PER_10000:
        over = " over 12 months" if series.span == TWELVE_MONTHS else ""
        per = f" per 10,000{over}"
    share = f" ({of(series.now)})" if series.unit == PERCENT else ""
    found = distance(series)
    assert found is not None
    text = (
        f"{bold(f'Furthest from target: {_subject(series)}')}, {figure(series.unit, series.now)}"
        f"{share}{per}, {amount(found)} target{_others(report, series)}."
    )
    return Item(text, (SECTION_OF[series.measure].id,))


def _others(report: Report, series: Series) -> str:
    """``; England 46.2, neighbours 54.3``."""
    named = (("England", series.england), ("neighbours", series.neighbours))
    said = [f"{name} {comparator(report, series, value)}" for name, value in named if value]
    return f"; {', '.join(said)}" if said else ""


def _others_with_target(far: list[Series], *, is_first: bool) -> Item | None:
    if not far:
        return None
    one = len(far) == 1
    measures = "measure with a target" if one else "measures with a target"
    start = measures.capitalize() if is_first else f"Other {measures}"
    said = []
    for series in far:
        found = distance(series)
        assert found is not None
        where = "on target" if found.side == 0 else amount(found)
        said.append(f"{bold(_subject(series))} {where}")
    sections = tuple(dict.fromkeys(SECTION_OF[series.measure].id for series in far))
    return Item(f"{start}: {'; '.join(said)}.", sections)


def _number(report: Report, measure: str) -> int | None:
    series = report.of(measure)
    return series.now.numerator if series and series.now.is_counted else None


def _late(report: Report) -> Item | None:
    """Late assessments and families, with the longest band that holds any."""
    late, families = _number(report, "assessments_late"), _number(
        report, "assessments_late_families")  # fmt: skip
    if not late:
        return None
    some = number_of(late, "assessment", "assessments")
    if families:
        some += f" in {number_of(families, 'family', 'families')}"
    rule = rule_of(report, "single_assessment")
    past = f"went over {rule.allowance}" if rule else "went past the due date"
    found = report.breakdowns.get("assessments_how_late")
    longest = [band for band in found.bands if band.number] if found else []
    by = _by(longest[-1], late) if longest else ""
    return Item(f"{bold(some)} {past}{by}.", (SECTION_OF["assessments_late"].id,))


def _by(band: Band, late: int) -> str:
    """``; 18 of them by 11 working days or more``."""
    days = band.label.removesuffix(" late").removesuffix(" working days")
    more = " or more" if days.endswith(" or more") else ""
    by = f"by {days.removesuffix(more)} working days{more}"
    if late == 1:
        return f" {by}"
    return f"; {'all' if band.number == late else f'{band.number} of them'} {by}"


def _past_due(report: Report) -> Item | None:
    """Children past due a visit, and the month before."""
    series = report.of("visits_in_time_pct")
    if series is None or not series.now.is_counted:
        return None
    now, month_before = _not_in(series, 0), _not_in(series, 1)
    if not now:
        return None
    were = "was" if now == 1 else "were"
    before = "" if month_before is None else f"; {month_before or 'none'} a month before"
    children = bold(f"{number_of(now, 'child', 'children')} on a plan")
    text = f"{children} {were} past due for a visit on {day_in_year(report.last_day)}{before}."
    return Item(text, (SECTION_OF[series.measure].id,))


def _not_in(series: Series, months: int) -> int | None:
    """Those of the denominator that are not in the numerator."""
    point = series.back(months)
    if point is None or not point.is_counted or point.numerator is None:
        return None
    return None if point.denominator is None else point.denominator - point.numerator


def _looked_after(report: Report) -> Item | None:
    series, rate = report.of("looked_after"), report.of("looked_after_rate")
    if series is None or printed(series.unit, series.now) is None:
        return None
    number = series.now.numerator or 0
    children = bold(number_of(number, "child looked after", "children looked after"))
    said = f"{children}{changes(report, series)}"
    if rate and printed(rate.unit, rate.now) is not None:
        said += f"; {figure(rate.unit, rate.now)} per 10,000{standing(report, rate)}"
    return Item(f"{said}.", (SECTION_OF[series.measure].id,))


def _usual(report: Report) -> Item | None:
    """What is outside its usual range, and how many figures were tested."""
    if report.is_public:
        return None
    tested = [series for series in _in_order(report) if usual_range(report, series)]
    if not tested:
        return Item("No monthly figure has enough history and large enough numbers to be tested "
                    "against a usual range.", (ABOUT,))  # fmt: skip
    have = "figure has" if len(tested) == 1 else "figures have"
    enough = f"{len(tested)} monthly {have} enough history and large enough numbers to be tested."
    found = [series for series in tested if outside(report, series)]
    if not found:
        return Item(f"Nothing outside its usual range. {enough}", (ABOUT,))
    said = [
        f"{_subject(series)} ({_with_of(series)}; usual {usual_range(report, series)})"
        for series in found
    ]
    start = bold(f"Outside {'its' if len(said) == 1 else 'their'} usual range:")
    return Item(f"{start} {'; '.join(said)}. {enough}", (ABOUT,))


def _with_of(series: Series) -> str:
    """``39``; of a share ``97.6%, 248 of 254``."""
    return ", ".join(each for each in (figure(series.unit, series.now), _of(series)) if each)


def _restated(report: Report) -> Item | None:
    found = report.restated
    if not found:
        return None
    said = []
    for each in found[:_MOST_RESTATED]:
        unit = report.series[each.measure].unit
        title = typographic(report.series[each.measure].title)
        said.append(
            f"{title}, {month_of(each.month)}: {stated(unit, each.published)} as published on "
            f"{day_of(each.published_on)}, {stated(unit, each.now)} now"
        )
    more = len(found) - _MOST_RESTATED
    rest = f"; and {more} more" if more > 0 else ""
    start = bold(f"{number_of(len(found), 'figure is', 'figures are')} restated:")
    return Item(f"{start} {'; '.join(said)}{rest}.", (ABOUT,))


def tiles(report: Report) -> list[Tile]:
    """The six figures that stand first."""
    return [_tile(report, measure) for measure in TILES if report.of(measure)]


def _tile(report: Report, measure: str) -> Tile:
    series = report.series[measure]
    is_visits = measure == "visits_in_time_pct"
    change = change_on_month_before(report, series).replace("percentage points", "points")
    lines = [change, "" if is_visits else _of(series), _MORE[measure](report)]
    value = figure(series.unit, series.now) or "–"
    return Tile(_LABELS[measure], value, tuple(line for line in lines if line))


def _of(series: Series) -> str:
    """``1,467 of 1,652``, where the value does not say it."""
    is_told = series.unit == PERCENT and not is_of_few(series.unit, series.now)
    return of(series.now) if is_told else ""


def _became_referral(report: Report) -> str:
    return _share(report, "contacts_to_referral_pct", "became a referral")


def _share(report: Report, measure: str, words: str) -> str:
    series = report.of(measure)
    if series is None or exact(series.unit, series.now) is None:
        return ""
    share = "" if is_of_few(PERCENT, series.now) else f" ({figure(series.unit, series.now)})"
    return f"{of(series.now)} {words}{share}"


def _rate(report: Report, measure: str, name: str) -> str:
    """``rate 64.4: 30.4% above target``; without a target, England and the neighbours."""
    series = report.of(measure)
    if series is None or printed(series.unit, series.now) is None:
        return ""
    shown, found = f"{name} {figure(series.unit, series.now)}", distance(series)
    if found:
        return f"{shown}: {'on' if found.side == 0 else amount(found)} target"
    return f"{shown} per 10,000{_others(report, series)}"


def _late_in_families(report: Report) -> str:
    late = _number(report, "assessments_late")
    if late is None:
        return ""
    families = _number(report, "assessments_late_families")
    within = f", in {number_of(families, 'family', 'families')}" if families else ""
    return f"{late or 'none'} late in {name_of(report.month)}{within}"


def _children_past_due(report: Report) -> str:
    """With ``n of d``, as beside every share."""
    series = report.series["visits_in_time_pct"]
    past_due = _not_in(series, 0)
    if past_due is None:
        return ""
    return f"{of(series.now)} in time, {whole(past_due)} past due"


_LABELS = {
    "contacts": "Contacts", "referrals": "Referrals",
    "assessments_in_time_pct_ytd": "Assessments in time, year to date",
    "plans_open": "Children on a plan", "visits_in_time_pct": "Plan visits in time",
    "looked_after": "Children looked after",
}  # fmt: skip
_MORE = {
    "contacts": _became_referral,
    "referrals": lambda report: _rate(report, "referral_rate_12m", "12-month rate"),
    "assessments_in_time_pct_ytd": _late_in_families,
    "plans_open": lambda report: _rate(report, "plans_open_rate", "rate"),
    "visits_in_time_pct": _children_past_due,
    "looked_after": lambda report: _rate(report, "looked_after_rate", "rate"),
}
