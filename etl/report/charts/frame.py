"""Where things stand in a drawing: its size, its frame of months and values, its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from etl.report.charts.axis import Axis
from etl.report.charts.svg import width
from etl.report.record import Point

# A colour says nothing that form does not say too: all of them can be told apart in grey.
DATA, OTHER_MONTHS = "#12436D", "#7C8FA3"
INK, TEXT = "#1B2733", "#3A4650"
REFERENCE, LIMIT, BAND = "#2B2B2B", "#55636F", "#E8EDF2"
AXIS, GRID, APRIL, HATCH = "#5A6570", "#D9DEE3", "#8A949E", "#C3CBD3"

# Between the feet of two labels.
APART = 14
BESIDE = 7
_EDGE = 2
_LEAST_LEFT = 38


@dataclass(frozen=True)
class Format:
    """One of the two sizes in which a chart is drawn. bottom: of the frame. type, small: sizes.
    labels: the least room at the right of a line for its labels; margin: without any.
    months: which months of the year are named below the axis."""

    width: int
    height: int
    bottom: int
    type: float
    small: float
    labels: int
    margin: int
    months: tuple[int, ...]


WIDE = Format(620, 214, 178, 13.5, 13, 128, 128, (1, 4, 7, 10))
# For phones and for print, where the page shows it as wide as it is: never under 8 points.
NARROW = Format(340, 196, 160, 12, 11.5, 94, 22, (4, 10))
TOP = 20


@dataclass(frozen=True)
class Frame:
    """What a chart's values and months are measured on."""

    form: Format
    axis: Axis
    months: tuple[date, ...]
    left: float
    right: float
    top: float

    @property
    def bottom(self) -> float:
        """Where the axis of months is."""
        return self.form.bottom

    @property
    def cell(self) -> float:
        """The width of a month."""
        return (self.right - self.left) / max(len(self.months), 1)

    def edge(self, index: int) -> float:
        """The left edge of a month."""
        return self.left + self.cell * index

    def x(self, index: int) -> float:
        """The middle of a month."""
        return self.edge(index) + self.cell / 2

    def y(self, value: Decimal) -> float:
        """The height of a value."""
        return self.bottom - (self.bottom - self.top) * self.axis.share(value)

    def index(self, month: date) -> int | None:
        """Which of the months it is; None: none of those shown."""
        return self.months.index(month) if month in self.months else None


def frame_of(form: Format, axis: Axis, points: Sequence[Point], labels: Sequence[str]) -> Frame:
    """With as much room at the left as the ticks need, and at the right as the labels do."""
    ticks = max(width(axis.said(tick), form.type) for tick in axis.ticks)
    beside = max((width(label, form.type) for label in labels), default=0)
    margin = max(beside + BESIDE + _EDGE, form.labels) if labels else form.margin
    return Frame(
        form,
        axis,
        tuple(point.month for point in points),
        left=max(ticks + BESIDE, _LEAST_LEFT),
        right=form.width - margin,
        top=TOP,
    )
