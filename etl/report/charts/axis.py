"""The axis of values: where it starts, where it ends, and its ticks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from etl.report.numbers import exact, is_of_few
from etl.report.outline import LINE
from etl.report.record import COUNT, NOT_COMPARABLE, PERCENT, WITHHELD, Point, Series

# A line of shares starts here where all that is drawn is high enough.
START_OF_HIGH_SHARES = 50
_HIGH_SHARE = 60
_MOST_STEPS = 5
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Axis:
    """Of values, from its start to its top by equal steps; without a step nothing is measured by
    it. is_percent: whether its ticks are."""

    start: Decimal
    top: Decimal
    step: Decimal | None
    is_percent: bool = False

    def share(self, value: Decimal) -> float:
        """How far up a value is: 0 at its start, 1 at its top; never outside."""
        return min(max(float((value - self.start) / (self.top - self.start)), 0.0), 1.0)

    @property
    def ticks(self) -> tuple[Decimal, ...]:
        """From its start to its top."""
        if self.step is None:
            return (self.start,)
        return tuple(
            self.start + self.step * each
            for each in range(int((self.top - self.start) / self.step) + 1)
        )

    def said(self, tick: Decimal) -> str:
        """A tick as its label."""
        places = max(0, -int((self.step or Decimal(1)).normalize().as_tuple().exponent))
        return f"{tick:,.{places}f}" + ("%" if self.is_percent else "")


def drawn(unit: str, point: Point) -> Decimal | None:
    """The value at which a point is drawn; None where a chart has a gap."""
    return None if is_of_few(unit, point) else exact(unit, point)


def shows_anything(series: Series) -> bool:
    """Whether a chart of it would show a figure, or why there is none; of shares of few alone, and
    of rates without a population, it would be empty."""
    return any(
        point.state in (NOT_COMPARABLE, WITHHELD) or drawn(series.unit, point) is not None
        for point in series.points
    )


def axis_start(series: Series, form: str) -> int:
    """Where the axis of a chart starts: at 0, or of a line of shares that are all 60 or more, with
    all that they are compared to, at 50."""
    if form != LINE or series.unit != PERCENT:
        return 0
    values = [*_values(series), *_compared(series)]
    if not values or min(values) < _HIGH_SHARE:
        return 0
    if series.usual is not None and series.usual.low < START_OF_HIGH_SHARES:
        return 0  # or the range's lower limit would lie below the axis
    return START_OF_HIGH_SHARES


def axis_of(series: Series, form: str) -> Axis:
    """The axis that holds all that a chart shows."""
    start = Decimal(axis_start(series, form))
    is_percent = series.unit == PERCENT
    values = [*_values(series), *_compared(series), *([series.usual.high] if series.usual else [])]
    top = max([*values, Decimal(100 if is_percent else 0)])
    if not values and not is_percent:
        return Axis(start, start + 1, None)
    step = _step(top - start, is_whole=series.unit == COUNT)
    steps = ((top - start) / step).to_integral_value(ROUND_CEILING)
    return Axis(start, start + step * max(steps, Decimal(1)), step, is_percent)


def _values(series: Series) -> Iterator[Decimal]:
    for point in series.points:
        value = drawn(series.unit, point)
        if value is not None:
            yield value


def _compared(series: Series) -> Iterator[Decimal]:
    for reference in (series.target, series.england, series.neighbours):
        if reference is not None:
            yield reference.value


def _step(height: Decimal, is_whole: bool) -> Decimal:
    """The smallest round step of which few reach so high; a whole one where halves of a child
    would be read off the axis."""
    if height <= 0:
        return Decimal(1)
    size = Decimal(1).scaleb((height / _MOST_STEPS).adjusted())
    steps = [each * (max(size, Decimal(1)) if is_whole else size) for each in _STEPS]
    return next(
        step for step in steps if step * _MOST_STEPS >= height and not (is_whole and step % 1)
    )
