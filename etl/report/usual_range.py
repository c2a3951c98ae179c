"""The usual range of a monthly figure: what the twelve months before would lead one to expect.

A control chart of single figures, made safe for small numbers: the limits lie as far from the mean
as the moving range says, but never nearer than three standard deviations of chance alone. Without
that floor, twelve months call between one and four months in a hundred unusual of which nothing
but chance is true.

All is reckoned in whole numbers and fractions. A limit decides whether a sentence is said, and a
floating point's last digit must not.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import isqrt, lcm
from statistics import median

from etl.report.numbers import printed
from etl.report.record import COUNT, MONTH, PERCENT, Point, Series, Step, UsualRange

BASELINE = 12
SMALLEST_MEAN = 10
SMALLEST_DENOMINATORS = 30
# How many of a share's children must be expected on either side of it.
SMALLEST_EXPECTED = 5
# A moving range of two, to three standard deviations.
_PER_MOVING_RANGE = Fraction(266, 100)
# A share is in percent, and said in tenths.
_TENTHS = 10 * 100


def usual_range(
    unit: str, span: str, points: Sequence[Point], step: Step | None = None
) -> UsualRange | None:
    """The range for the last of the points, M; None where it has none.

    Only what is of one month alone has one: the months of a rate over twelve, of a year to date or
    of a number at a month's end share most of their children with the month before, and the limits
    would be false.
    """
    if span != MONTH or unit not in (COUNT, PERCENT) or len(points) <= BASELINE:
        return None
    *baseline, now = points[-BASELINE - 1 :]
    if step is not None and baseline[0].month < step.month <= now.month:
        return None
    if not all(_can_be_tested(unit, point) for point in (*baseline, now)):
        return None
    limits = _of_counts(baseline) if unit == COUNT else _of_shares(baseline)
    return UsualRange(*limits, first=baseline[0].month) if limits else None


def is_outside(series: Series) -> int:
    """Whether M's figure is above (1) or below (-1) its usual range, or in it or without one (0);
    of the printed figures, so that a reader who compares them agrees."""
    value = printed(series.unit, series.now)
    if series.usual is None or value is None or series.is_not_final:
        return 0
    return (value > series.usual.high) - (value < series.usual.low)


def _can_be_tested(unit: str, point: Point) -> bool:
    """Whether a month has a figure, and one that will stay."""
    return printed(unit, point) is not None and not point.awaiting


def _of_counts(baseline: Sequence[Point]) -> tuple[Decimal, Decimal] | None:
    counts = [Fraction(point.numerator or 0) for point in baseline]
    mean = _mean(counts)
    if mean < SMALLEST_MEAN:
        return None
    # Of a count that chance alone moves, the variance is its mean.
    spread = max(_by_moving_range(counts), 9 * mean)
    lowest, highest = -_floor(-mean, spread), _floor(mean, spread)
    return Decimal(max(lowest, 0)), Decimal(highest)


def _of_shares(baseline: Sequence[Point]) -> tuple[Decimal, Decimal] | None:
    shares = [Fraction(point.numerator or 0, point.denominator or 1) for point in baseline]
    mean = _mean(shares)
    usual = median(Fraction(point.denominator or 0) for point in baseline)
    if usual < SMALLEST_DENOMINATORS or usual * min(mean, 1 - mean) < SMALLEST_EXPECTED:
        return None
    spread = max(_by_moving_range(shares), 9 * mean * (1 - mean) / usual)
    return _in_tenths(mean, spread, -1), _in_tenths(mean, spread, 1)


def _mean(figures: Sequence[Fraction]) -> Fraction:
    return sum(figures, Fraction(0)) / len(figures)


def _by_moving_range(figures: Sequence[Fraction]) -> Fraction:
    """The square of how far the moving range puts the limits from the mean."""
    ranges = [abs(one - other) for one, other in pairwise(figures)]
    return (_PER_MOVING_RANGE * _mean(ranges)) ** 2


def _in_tenths(share: Fraction, spread: Fraction, side: int) -> Decimal:
    """A limit of a share, in percent to one decimal place, a half up."""
    tenths = _floor(share * _TENTHS + Fraction(1, 2), spread * _TENTHS**2, side)
    return Decimal(min(max(tenths, 0), _TENTHS)).scaleb(-1)


def _floor(number: Fraction, square: Fraction, side: int = 1) -> int:
    """The whole number at or below ``number`` and the root of ``square``, or less it (side -1)."""
    scale = lcm(number.denominator, square.denominator)
    root = int(square * scale * scale)
    if side < 0 and isqrt(root) ** 2 != root:
        return (int(number * scale) - isqrt(root) - 1) // scale
    return (int(number * scale) + side * isqrt(root)) // scale
