"""A chart's figures: columns, or a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl.report.charts.axis import drawn
from etl.report.charts.frame import DATA, INK, OTHER_MONTHS, REFERENCE, TEXT, Frame
from etl.report.charts.labels import compared, figure
from etl.report.charts.svg import element, number, text_element, width
from etl.report.record import WITHHELD, YEAR_TO_DATE, Point, Series

# Of the width of a month.
_COLUMN = 0.72
_ABOVE, _BELOW = 9, 18
_OVER_COLUMN = 5
# How much farther a figure may be for not being crossed by a line.
_CROSSED = 15
_YEAR = 12
WITHHELD_MARK = "c"


def columns(frame: Frame, series: Series) -> str:
    """A column for each month from zero: M's dark, that of the month a year before outlined."""
    return "".join(
        _column(frame, series, index)
        for index, point in enumerate(series.points)
        if drawn(series.unit, point) is not None
    )


def _column(frame: Frame, series: Series, index: int) -> str:
    before_last = len(series.points) - 1 - index
    height = frame.bottom - frame.y(drawn(series.unit, series.points[index]) or frame.axis.start)
    looks: dict[str, str | None] = {"fill": OTHER_MONTHS if before_last else DATA}
    if before_last == _YEAR:
        looks |= {"stroke": DATA, "stroke_width": "1.5"}
    wide = frame.cell * _COLUMN
    x = frame.x(index) - wide / 2
    if height < 1:
        # Nothing was counted, or too little to be seen: a mark on the axis, or the month would
        # look like one without a figure.
        return element("rect", x=x, y=frame.bottom - 1, width=wide, height=2.0, **looks)
    return element("rect", x=x, y=frame.bottom - height, width=wide, height=height, **looks)


def column_values(frame: Frame, series: Series) -> str:
    """The figures of M and of the month a year before, over their columns."""
    return _value_over(frame, series, 0) + _value_over(frame, series, _YEAR)


def _value_over(frame: Frame, series: Series, months_before: int) -> str:
    point = series.back(months_before)
    value = drawn(series.unit, point) if point else None
    if point is None or value is None:
        return ""
    text = figure(series.unit, point)
    x = frame.x(len(series.points) - 1 - months_before)
    # M's stays off the labels at the right of it.
    x = min(x, frame.right + 4 - width(text, frame.form.type) / 2)
    return _text(text, x, frame.y(value) - _OVER_COLUMN, is_now=not months_before)


def _text(text: str, x: float, y: float, is_now: bool) -> str:
    looks: dict[str, str | None] = (
        {"class_": "val", "fill": INK, "font_weight": "700"}
        if is_now
        else {"class_": "val2", "fill": REFERENCE}
    )
    return text_element("text", text, x=x, y=y, text_anchor="middle", **looks)


def line(frame: Frame, series: Series) -> str:
    """A line through the months that have a figure, with a dot at M and a ring a year before."""
    drawing = "".join(_segment(frame, series, each) for each in segments(series))
    last = len(series.points) - 1
    if last >= _YEAR and drawn(series.unit, series.points[last - _YEAR]) is not None:
        drawing += _dot(frame, series, last - _YEAR, 3.2, "#fff")
    if last >= 0 and drawn(series.unit, series.points[last]) is not None:
        drawing += _dot(frame, series, last, 4, DATA)
    return drawing


def segments(series: Series) -> Iterator[Sequence[int]]:
    """The runs of months that a line joins: it breaks where a month has no figure, and a year to
    date at each April, when it begins anew."""
    run: list[int] = []
    for index, point in enumerate(series.points):
        is_gap = drawn(series.unit, point) is None
        begins = series.span == YEAR_TO_DATE and point.month.month == 4
        if run and (is_gap or begins):
            yield run
            run = []
        if not is_gap:
            run.append(index)
    if run:
        yield run


def path_of(points: Sequence[tuple[float, float]]) -> str:
    """The path through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _segment(frame: Frame, series: Series, indices: Sequence[int]) -> str:
    if len(indices) == 1:
        # A line of one month has no length: without its dot the month would not be seen.
        return _dot(frame, series, indices[0], 2, DATA)
    path = path_of([(frame.x(index), _height(frame, series, index)) for index in indices])
    return element(
        "path", d=path, fill="none", stroke=DATA, stroke_width="2.5", stroke_linejoin="round"
    )


def _height(frame: Frame, series: Series, index: int) -> float:
    return frame.y(drawn(series.unit, series.points[index]) or frame.axis.start)


def _dot(frame: Frame, series: Series, index: int, radius: float, fill: str) -> str:
    return element(
        "circle", cx=frame.x(index), cy=_height(frame, series, index), r=radius,
        fill=fill, stroke=DATA, stroke_width="1.8",
    )  # fmt: skip


def line_value(frame: Frame, series: Series) -> str:
    """The figure of the month a year before, over or under its ring; M's is at the line's end."""
    point = series.back(_YEAR)
    if point is None or drawn(series.unit, point) is None:
        return ""
    text = figure(series.unit, point)
    x = frame.x(len(series.points) - 1 - _YEAR)
    return _text(text, x, _clear_foot(frame, series, x, text), is_now=False)


def _clear_foot(frame: Frame, series: Series, x: float, text: str) -> float:
    """The foot of a text on that side of the line where it is nearer to its ring and on no line
    that figures are compared to."""
    half = width(text, frame.form.type) / 2 + 2
    y = _height(frame, series, len(series.points) - 1 - _YEAR)
    passed = [
        _height(frame, series, index)
        for index, point in enumerate(series.points)
        if abs(frame.x(index) - x) <= half and drawn(series.unit, point) is not None
    ]
    over, under = min(passed) - _ABOVE, max(passed) + _BELOW
    crossing = [frame.y(each.reference.value) for each in compared(series)]

    def cost(foot: float) -> tuple[bool, float]:
        is_crossed = any(foot - frame.form.type < line < foot + 2 for line in crossing)
        return foot > frame.bottom - 2, abs(foot - y) + _CROSSED * is_crossed

    return min((over, under), key=cost)


def withheld(frame: Frame, points: Sequence[Point]) -> str:
    """A mark on the axis at each month of which the figure is withheld."""
    return "".join(
        text_element(
            "text", WITHHELD_MARK, x=frame.x(index), y=frame.bottom - 4, text_anchor="middle",
            class_="note", fill=TEXT, font_size=f"{frame.form.small}",
        )
        for index, point in enumerate(points)
        if point.state == WITHHELD
    )  # fmt: skip
