"""A figure beside another one: the months before, its target, England, its usual range.

Only these words compare: above, below, more, fewer, higher, lower, the same as. What a difference
means, and why it is there, is for the service to say.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from etl.report.numbers import (
    Distance,
    as_entered,
    distance,
    exact,
    in_unit,
    is_of_few,
    of,
    printed,
    to_tenth,
    whole,
)
from etl.report.record import (
    COUNT,
    MISSING,
    NOT_COMPARABLE,
    PERCENT,
    WITHHELD,
    YEAR_TO_DATE,
    Point,
    Reference,
    Report,
    Series,
)
from etl.report.sentences.nouns import WORDS
from etl.report.sentences.words import (
    bold,
    day_of,
    listed,
    month_beside,
    month_of,
    period_before,
    preposition,
    typographic,
)
from etl.report.usual_range import is_outside

NOT_COMPARABLE_CELL, WITHHELD_CELL = "n/c", "c"
# How a sentence begins that says of which months nothing can be compared.
NO_COMPARABLE = "There is no comparable"


def figure(unit: str, point: Point | None) -> str:
    """A month's figure as it is printed: ``870``, ``23.1%``, ``2 of 3``, ``n/c``, ``c``, or nothing
    where there is none."""
    if point is None:
        return ""
    if point.state in (NOT_COMPARABLE, WITHHELD):
        return NOT_COMPARABLE_CELL if point.state == NOT_COMPARABLE else WITHHELD_CELL
    if is_of_few(unit, point):
        return of(point)
    value = printed(unit, point)
    return "" if value is None else in_unit(unit, value)


def stated(unit: str, point: Point) -> str:
    """A figure within a sentence or a row of its own."""
    return figure(unit, point) or "no figure"


def changes(report: Report, series: Series) -> str:
    """What follows a figure: ``, 4 more than in September (75) and 39 more than in ...``; nothing
    where neither side of it may be told."""
    fair = [each for each in _compared_with(report, series) if _is_fair(series, each[0])]
    if len(fair) > 1 and stays(report, series):
        return f", the same as {listed([_with_figure(series, *each) for each in fair])}"
    said: list[str] = []
    for point, words in fair:
        has_unit = any("percentage points" in each for each in said)
        said.append(_change(series, point, words, has_unit=has_unit))
    return f", {listed(said)}" if said else ""


def _with_figure(series: Series, point: Point, words: str) -> str:
    """``in September (75)``."""
    return f"{words} ({figure(series.unit, point)})"


def change_on_month_before(report: Report, series: Series) -> str:
    """``40 fewer than in September``, without its figure; nothing where it may not be told."""
    point = series.month_before
    if point is None or series.span == YEAR_TO_DATE or not _is_fair(series, point):
        return ""
    words = f"{preposition(series)} {month_beside(point.month, report.month)}"
    return _change(series, point, words, has_unit=False).rpartition(" (")[0]


def stays(report: Report, series: Series) -> bool:
    """Whether every figure that M's is compared with is the same."""
    now = printed(series.unit, series.now)
    return all(
        printed(series.unit, point) == now
        for point, _ in _compared_with(report, series)
        if _is_fair(series, point)
    )


def _compared_with(report: Report, series: Series) -> list[tuple[Point, str]]:
    """Like with like: a year to date with that of the year before alone, as the one to the month
    before is shorter, or of another year."""
    year_before, found = series.year_before, []
    if series.month_before and series.span != YEAR_TO_DATE:
        month = month_beside(series.month_before.month, report.month)
        found.append((series.month_before, f"{preposition(series)} {month}"))
    if (two := series.back(2)) and _is_told_of_two_before(series):
        found.append((two, f"{preposition(series)} {month_beside(two.month, report.month)}"))
    if year_before:
        words = f"{preposition(series)} {month_of(year_before.month)}"
        if series.span == YEAR_TO_DATE:
            words = f"in the same period of {period_before(year_before.month)}"
        found.append((year_before, words))
    return found


def _is_told_of_two_before(series: Series) -> bool:
    return series.measure in WORDS and WORDS[series.measure].two_before


def _is_fair(series: Series, point: Point) -> bool:
    """Whether M's figure may be told against that of another month."""
    has_both = all(printed(series.unit, each) is not None for each in (series.now, point))
    return has_both and not series.now.awaiting and not point.awaiting


def _change(series: Series, point: Point, words: str, *, has_unit: bool) -> str:
    """Of two printed figures, so that a reader's own subtraction comes to the same."""
    now, before = printed(series.unit, series.now), printed(series.unit, point)
    assert now is not None and before is not None
    then = _with_figure(series, point, words)
    if now == before:
        return f"the same as {then}"
    by = abs(now - before)
    if series.unit == COUNT:
        return f"{whole(by)} {'more' if now > before else 'fewer'} than {then}"
    side = "higher" if now > before else "lower"
    unit = " percentage points" if series.unit == PERCENT and not has_unit else ""
    return f"{by}{unit} {side} than {then}"


def not_compared(report: Report, series: Series) -> list[str]:
    """Why a month before M has no change against it."""
    if printed(series.unit, series.now) is None or series.is_not_final:
        return []
    said, points = [], [point for point, _ in _compared_with(report, series)]
    if unknown := [point.month for point in points if point.state == NOT_COMPARABLE]:
        said.append(no_comparable(report, series, unknown))
    if missing := [point.month for point in points if _is_missing(series.unit, point)]:
        said.append(f"There is no figure for {_months(report, missing)}.")
    if waiting := [point.month for point in points if point.awaiting]:
        said.append(f"The figure for {_months(report, waiting)} is not final, so no change on it "
                    "is told.")  # fmt: skip
    return said


def _is_missing(unit: str, point: Point) -> bool:
    """Whether nobody counted it, or it has nothing to be divided by."""
    return point.state == MISSING or (point.is_counted and exact(unit, point) is None)


def no_comparable(report: Report, series: Series, months: list[date], what: str = "figure") -> str:
    """That there is no comparable figure for months, and why."""
    said = f"{NO_COMPARABLE} {what} for {_months(report, months)}"
    if not (beginning := series.beginning):
        return f"{said}."
    thing = typographic(f"{beginning.thing} that {beginning.verb}")
    if beginning.day is None:
        return f"{said}: the extract holds no {thing}."
    if beginning.is_as_told:
        return (
            f"{said}: by the council’s file the extract is whole from {day_of(beginning.day)} on."
        )
    return f"{said}: the extract holds no {thing} before {day_of(beginning.day)}."


def _months(report: Report, months: list[date]) -> str:
    if len(months) == 1 and months[0] != report.month:
        return month_beside(months[0], report.month)
    return listed([month_of(month) for month in months], "or")


def reference(unit: str, value: Reference) -> str:
    """A target or comparator as it was entered."""
    return f"{as_entered(value.value)}%" if unit == PERCENT else as_entered(value.value)


def comparator(report: Report, series: Series, value: Reference) -> str:
    """A comparator with its year where that is not M's: ``46.2 in 2012/13``."""
    shown = reference(series.unit, value)
    is_of_year = value.financial_year == report.financial_year
    return shown if is_of_year else f"{shown} in {value.financial_year}"


def side(number: int) -> str:
    """Of a figure against another one."""
    return "above" if number > 0 else "below"


def amount(found: Distance) -> str:
    """How far from a target: ``38.1% above``, ``1.2 percentage points below``, ``on``."""
    if found.side == 0:
        return "the same as"
    if found.amount is None:
        return side(found.side)
    unit = " percentage points" if found.in_points else "%"
    shown = f"less than 0.1{unit}" if found.amount == 0 else f"{found.amount:,}{unit}"
    return f"{shown} {side(found.side)}"


def from_target(series: Series) -> str:
    """``38.1% above the target of 147.9``; nothing where there is no target."""
    found = distance(series)
    if found is None or series.target is None:
        return ""
    return f"{bold(amount(found))} the target of {reference(series.unit, series.target)}"


def beside_others(report: Report, series: Series) -> str:
    """``above England (46.2) and our statistical neighbours (54.3)``; one word for both where they
    are on one side."""
    now = printed(series.unit, series.now)
    others = (("England", series.england), ("our statistical neighbours", series.neighbours))
    if now is None:
        return ""
    said, word = [], ""
    for name, other in others:
        if other:
            own = _beside(now, other.value)
            shown = f"{name} ({comparator(report, series, other)})"
            said.append(shown if own == word else f"{own} {shown}")
            word = own
    return " and ".join(said)


def _beside(now: Decimal, other: Decimal) -> str:
    return "the same as" if now == other else side(1 if now > other else -1)


def standing(report: Report, series: Series) -> str:
    """Against target and others: ``, 38.1% above the target of 147.9, and above England (...)``."""
    target, others = from_target(series), beside_others(report, series)
    joined = f"{target}, and {others}" if target and others else target or others
    return f", {joined}" if joined else ""


def usual_range(report: Report, series: Series) -> str:
    """``9 to 36``; nothing where none is told."""
    if not (limits := _limits(report, series)):
        return ""
    low, high = limits
    return f"{in_unit(series.unit, low)} to {in_unit(series.unit, high)}"


def outside(report: Report, series: Series) -> int:
    """Whether M's figure is above (1) or below (-1) its usual range; 0 within it, or where none
    is told."""
    return is_outside(series) if _limits(report, series) else 0


def _limits(report: Report, series: Series) -> tuple[Decimal, Decimal] | None:
    """The usual range as it is printed; never in the public edition, nor where M's figure is not
    final, cannot be judged yet or is none."""
    usual = series.usual
    is_told = not (report.is_public or report.is_stale or series.is_not_final)
    if usual is None or not is_told or printed(series.unit, series.now) is None:
        return None
    if series.unit == COUNT:
        return usual.low, usual.high
    return to_tenth(usual.low), to_tenth(usual.high)
