"""What tables print, and what stands above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl.report.numbers import distance, is_of_few, of, whole
from etl.report.outline import BreakdownOf, Section, TeamsOf
from etl.report.record import (
    AT_END,
    COUNT,
    COUNTED,
    PERCENT,
    WITHHELD,
    Breakdown,
    HeldBackRows,
    Point,
    Published,
    Report,
    Series,
)
from etl.report.sentences.comparing import amount, figure, reference, usual_range
from etl.report.sentences.words import (
    bold,
    day_in_year,
    day_of,
    listed,
    month_of,
    number_of,
)

NOT_FINAL, HELD_BACK, MOVED = "◊", "‡", "†"


@dataclass(frozen=True)
class Cells:
    """What a row of figures prints, "" where there is nothing. of: ``201 of 870``, where ``now``
    does not say it already. marks: of not final, and of rows held back. better: whether higher or
    lower is."""

    now: str
    of: str
    month_before: str
    year_before: str
    usual: str
    target: str
    from_target: str
    england: str
    neighbours: str
    marks: str
    better: str


def cells(report: Report, series: Series) -> Cells:
    """A measure's row in the tables of figures."""
    held_back = any(rows.rows for rows in series.held_back)
    marks = [NOT_FINAL] * series.is_not_final + [HELD_BACK] * held_back
    return Cells(
        now=figure(series.unit, series.now),
        of=_of(series.unit, series.now),
        month_before=_marked(series.unit, series.month_before),
        year_before=_marked(series.unit, series.year_before),
        usual=usual_range(report, series),
        target=reference(series.unit, series.target) if series.target else "",
        from_target=_from_target(series),
        england=_comparator(report, series, "england"),
        neighbours=_comparator(report, series, "neighbours"),
        marks=" ".join(marks),
        better="" if series.better == "neither" else f"{series.better} is better",
    )


def _marked(unit: str, point: Point | None) -> str:
    """A figure that stands without its row's marks: with its own, where it is not final."""
    shown = figure(unit, point)
    return f"{shown} {NOT_FINAL}" if shown and point and point.awaiting else shown


def _of(unit: str, point: Point) -> str:
    return of(point) if unit == PERCENT and point.denominator and not is_of_few(unit, point) else ""


def _from_target(series: Series) -> str:
    found = distance(series)
    if found is None:
        return ""
    return "on target" if found.side == 0 else amount(found).replace("percentage points", "points")


def _comparator(report: Report, series: Series, name: str) -> str:
    """With its year where that is not M's: ``46.2 (2012/13)``."""
    value = getattr(series, name)
    if value is None:
        return ""
    is_of_year = value.financial_year == report.financial_year
    return reference(series.unit, value) + ("" if is_of_year else f" ({value.financial_year})")


def point_cell(unit: str, point: Point) -> tuple[str, str]:
    """A month in a table of data: its figure, with marks where it is not final and where it moved
    since it was published; ``201 of 870``, and what was published."""
    shown, beside = _marked(unit, point), [_of(unit, point)]
    if point.published:
        was = _as_published(point.month, point.published)
        shown = f"{shown} {MOVED}"
        beside.append(f"published {figure(unit, was)}")
        beside += [f"({_of(unit, was)})"] if _of(unit, was) else []
    joined = " ".join(beside[1:])
    return shown, "; ".join(each for each in (beside[0], joined) if each)


def _as_published(month: date, was: Published) -> Point:
    """A figure that was published; only in a public edition it has no number."""
    state = WITHHELD if was.numerator is None else COUNTED
    return Point(month, was.numerator, was.denominator, state)


def under_table(report: Report, section: Section) -> list[str]:
    """What must stand below a section's table: rows held back, and figures not final."""
    said: list[str] = []
    for rows, measures in _held_back(report, section):
        labels = "; ".join(bold(section.rows[measure]) for measure in measures)
        this = "this figure" if len(measures) == 1 else "these figures"
        said.append(f"{HELD_BACK} {labels}. {_may_be_missing(report, rows, this)}")
    for measure, label in section.rows.items():
        series = report.of(measure)
        if series and series.is_not_final:
            lack = _lack_their_record(report, series.now.awaiting)
            counted = "counted" if series.unit == COUNT else "counted as not in time"
            said.append(f"{NOT_FINAL} {bold(label)}. Not final: of those {counted}, {lack}.")
    return said


def _lack_their_record(report: Report, number: int) -> str:
    """In the public edition without their number, which may be small."""
    if report.is_public:
        return "some only lack their record"
    return number_of(number, "only lacks its record", "only lack their record")


def _held_back(
    report: Report, section: Section
) -> list[tuple[tuple[HeldBackRows, ...], list[str]]]:
    """Rows held back, and the section's measures that lack them, in the order of its table."""
    found: dict[tuple[HeldBackRows, ...], list[str]] = {}
    for measure in section.measures:
        series = report.of(measure)
        rows = tuple(each for each in series.held_back if each.rows) if series else ()
        if rows:
            found.setdefault(rows, []).append(measure)
    return list(found.items())


def _may_be_missing(report: Report, every: Sequence[HeldBackRows], this: str) -> str:
    """Those of which the version known before is counted still are not missing. A visit that was
    held back is no child missing, but one that counts as not visited."""
    if report.is_public:
        return f"Children may be missing from {this}: rows of its records are held back."
    said = []
    counted = [each for each in every if not each.is_done]
    if counted:
        missing = sum(each.rows - each.kept for each in counted)
        children = "1 child" if missing == 1 else f"{whole(missing)} children"
        who = f"Up to {children} may be" if missing else "No child is"
        said.append(f"{who} missing from {this}: {_rows(counted)} held back.")
    if done := [each for each in every if each.is_done]:
        they = "it records" if sum(each.rows for each in done) == 1 else "they record"
        said.append(f"{_rows(done)} held back: what {they} may count as not done.")
    if kept := sum(each.kept for each in every):
        said.append(f"Of {whole(kept)} of them the version known before is counted still.")
    return " ".join(said)


def _rows(every: Sequence[HeldBackRows]) -> str:
    """``2 rows of contact and 1 row of child are``."""
    what = listed([f"{number_of(each.rows, 'row', 'rows')} of {each.thing}" for each in every])
    return f"{what} {'is' if sum(each.rows for each in every) == 1 else 'are'}"


def breakdown_title(report: Report, breakdown: BreakdownOf | Breakdown) -> str:
    """Above the bars of a breakdown."""
    found = report.breakdowns.get(breakdown.name)
    day = day_of(report.last_day)
    if breakdown.name == "assessments_how_late":
        return f"How late {_those(found)}{_longest(report, found)}"
    if breakdown.name == "visits_how_long_past_due":
        return f"How long past due {_those(found)} on {day_in_year(report.last_day)}"
    if breakdown.name == "in_need_how_long_open":
        return f"How long they had been open on {day}"
    return f"Plans by latest category of abuse, {day}"


def _those(found: Breakdown | None) -> str:
    if found is None or found.total is None:
        return "they were"
    return "the 1 was" if found.total == 1 else f"the {found.total:,} were"


def _longest(report: Report, found: Breakdown | None) -> str:
    if report.is_public or found is None or not found.longest:
        return ""
    return f" (longest: {number_of(found.longest, 'working day', 'working days')})"


def teams_title(report: Report, teams_of: TeamsOf) -> str:
    """Above a table of teams: whose team it is, and of what time."""
    series = report.of(teams_of.measure)
    is_at_end = series is not None and series.span == AT_END
    time = day_of(report.last_day) if is_at_end else month_of(report.month)
    return f"By team {teams_of.whose}, {time}"
