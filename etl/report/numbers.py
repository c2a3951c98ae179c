"""Figures as they are printed: from the exact integers, half up, and never rounded twice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from etl.report.record import (
    COUNT,
    PER_10000,
    PERCENT,
    SMALLEST_DENOMINATOR,
    Point,
    Reference,
    Series,
)

_TENTH = Decimal("0.1")
# What a figure is multiplied by before it is divided.
_PER = {PERCENT: 100, PER_10000: 10_000}


def exact(unit: str, point: Point) -> Decimal | None:
    """A figure's value, not rounded; None where it has none or may not be said."""
    if not point.is_counted or point.numerator is None:
        return None
    if unit == COUNT:
        return Decimal(point.numerator)
    if not point.denominator:
        return None
    return Decimal(_PER.get(unit, 1) * point.numerator) / point.denominator


def printed(unit: str, point: Point) -> Decimal | None:
    """A figure's value as a reader sees it: a count whole, all else to one decimal place. None
    where it has none, may not be said, or is a share of too few to be one."""
    value = exact(unit, point)
    if value is None or is_of_few(unit, point):
        return None
    return value if unit == COUNT else to_tenth(value)


def is_of_few(unit: str, point: Point) -> bool:
    """Whether it is a share of so few that only ``2 of 3`` is said."""
    return unit == PERCENT and 0 < (point.denominator or 0) < SMALLEST_DENOMINATOR


def to_tenth(value: Decimal) -> Decimal:
    """To one decimal place, a half away from zero."""
    return value.quantize(_TENTH, rounding=ROUND_HALF_UP)


def whole(number: int | Decimal) -> str:
    """A whole number with commas between thousands."""
    return f"{int(number):,}"


def in_unit(unit: str, value: Decimal) -> str:
    """A printed value, with its sign of percent."""
    if unit == COUNT:
        return whole(value)
    return f"{value:,}%" if unit == PERCENT else f"{value:,}"


def of(point: Point) -> str:
    """``201 of 870``; of a point that may not be said, nothing."""
    if not point.is_counted or point.numerator is None or point.denominator is None:
        return ""
    return f"{whole(point.numerator)} of {whole(point.denominator)}"


def as_entered(value: Decimal) -> str:
    """A target or comparator as it was entered: without zeros at its end, but one place at
    least (49.42, 38.0)."""
    shown = value.normalize()
    places = -int(shown.as_tuple().exponent)
    return f"{shown:,f}" if places >= 1 else f"{shown.quantize(_TENTH):,f}"


@dataclass(frozen=True)
class Distance:
    """How far a figure is from its target. amount: never negative, one decimal place; in points of
    a measure in percent, else in percent of the target, and None of a target of 0, of which nothing
    is a percentage. side: -1 below, 0 on it, 1 above: by the
    figure that is not rounded."""

    amount: Decimal | None
    side: int
    in_points: bool


def distance(series: Series) -> Distance | None:
    """M's figure from its target, of the unrounded value; None where there is none to be said."""
    value = exact(series.unit, series.now)
    if series.target is None or value is None or is_of_few(series.unit, series.now):
        return None
    return distance_from(series.unit, value, series.target)


def distance_from(unit: str, value: Decimal, target: Reference) -> Distance:
    """A value from a target."""
    difference = value - target.value
    side = (difference > 0) - (difference < 0)
    if unit == PERCENT:
        return Distance(to_tenth(abs(difference)), side, in_points=True)
    share = to_tenth(abs(100 * difference / target.value)) if target.value else None
    return Distance(share, side, in_points=False)
