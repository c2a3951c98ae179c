"""Cells of a figure: its integers, its value and the formula of it, and what stands in its place
where it has none or may not be said."""

from __future__ import annotations

from decimal import Decimal

from etl.report.numbers import exact, is_of_few, of
from etl.report.record import (
    COUNT,
    NOT_COMPARABLE,
    PER_10000,
    PERCENT,
    WITHHELD,
    Point,
    Reference,
    Series,
)
from etl.report.workbook.book import EMPTY, WHOLE, Cell

# Texts, so that no sum can use them.
_INSTEAD = {NOT_COMPARABLE: "n/c", WITHHELD: "c"}
NOT_FINAL, RESTATED = "◊", "†"
_PLACES = {COUNT: WHOLE, PERCENT: '0.0"%"', PER_10000: "#,##0.0"}
_PER = {PERCENT: "100*", PER_10000: "10000*"}


def instead(point: Point) -> Cell | None:
    """What stands for a figure that may not be said; None of one that may."""
    return Cell(_INSTEAD[point.state], WHOLE) if point.state in _INSTEAD else None


def whole(point: Point, number: int | None) -> Cell:
    """A point's numerator or denominator."""
    return instead(point) or Cell(number, WHOLE)


def value(unit: str, point: Point) -> Cell:
    """A point's figure, not rounded: Excel shows it to one place. A share of few is a text."""
    if is_of_few(unit, point) and point.is_counted:
        return Cell(of(point), _form(unit, point))
    return instead(point) or Cell(exact(unit, point), _form(unit, point))


def reckoned(unit: str, point: Point, numerator: str, denominator: str) -> Cell:
    """The same by a formula over the cells of its integers."""
    cell = value(unit, point)
    if not point.is_counted or point.denominator is None or isinstance(cell.value, str):
        return cell
    share = f'=IF({denominator}=0,"",{_PER.get(unit, "")}{numerator}/{denominator})'
    return Cell(cell.value, cell.form, share)


def has_number(unit: str, point: Point) -> bool:
    """Whether the point's figure is a number that may be drawn and compared."""
    return exact(unit, point) is not None and not is_of_few(unit, point)


def from_target(series: Series, point: Point, target: Reference, at: str, target_at: str) -> Cell:
    """How far a figure is from its target, below it with a minus: in points of a share, else in
    percent. at, target_at: the cells of both."""
    if not has_number(series.unit, point):
        return instead(point) or EMPTY
    figure = exact(series.unit, point) or Decimal(0)
    if series.unit == PERCENT:
        return Cell(figure - target.value, _signed(" points"), f"={at}-{target_at}")
    relative = 100 * (figure - target.value) / target.value if target.value else None
    formula = f'=IF({target_at}=0,"",100*({at}-{target_at})/{target_at})'
    return Cell(relative, _signed("%"), formula)


def entered(reference: Reference) -> Cell:
    """A target or comparator, with every place that was entered."""
    return Cell(reference.value, "#,##0.0######")


def _form(unit: str, point: Point) -> str:
    """Of a value: with its marks, which leave it a number."""
    marks = (NOT_FINAL if point.awaiting else "") + (RESTATED if point.published else "")
    return _PLACES.get(unit, "#,##0.0") + (f'" {marks}"' if marks else "")


def _signed(unit: str) -> str:
    return f'+#,##0.0"{unit}";-#,##0.0"{unit}";0.0"{unit}"'
