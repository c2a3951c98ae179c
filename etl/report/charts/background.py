"""What a chart's figures stand before: ticks, Aprils, what is not comparable, the usual range."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from etl.report.charts.frame import (
    APART,
    APRIL,
    AXIS,
    BAND,
    GRID,
    INK,
    LIMIT,
    REFERENCE,
    TEXT,
    Frame,
)
from etl.report.charts.labels import compared
from etl.report.charts.svg import element, lines_of_text, number, text_element, width, wrapped
from etl.report.record import NOT_COMPARABLE, Series
from etl.targets import financial_year

_REASON = "Not comparable: before the extract’s full history"
_MARK = "n/c"
_AT_MONTHS, _AT_YEARS = 14, 29
_TICK_FOOT = 4
_GAP = 6
_PAD = 4


def behind(frame: Frame, series: Series) -> str:
    """All that figures are drawn over."""
    return _band(frame, series) + _grid(frame) + _hatched(frame, series) + _aprils(frame)


def _line(x1: float, y1: float, x2: float, y2: float, **looks: str | None) -> str:
    """A straight line, level or upright."""
    to = f"H{number(x2)}" if y1 == y2 else f"V{number(y2)}"
    return element("path", d=f"M{number(x1)} {number(y1)}{to}", **looks)


def _band(frame: Frame, series: Series) -> str:
    if series.usual is None:
        return ""
    x = frame.edge(frame.index(series.usual.first) or 0)
    high, low = frame.y(series.usual.high), frame.y(series.usual.low)
    return element("rect", x=x, y=high, width=frame.right - x, height=low - high, fill=BAND)


def limits(frame: Frame, series: Series) -> str:
    """The usual range's limits: in front of columns, which would hide them."""
    if series.usual is None:
        return ""
    x = frame.edge(frame.index(series.usual.first) or 0)
    heights = (frame.y(value) for value in (series.usual.high, series.usual.low))
    return "".join(_line(x, y, frame.right, y, stroke=LIMIT, stroke_width="1") for y in heights)


def _grid(frame: Frame) -> str:
    heights = [frame.y(tick) for tick in frame.axis.ticks]
    return "".join(
        _line(frame.left, y, frame.right, y, stroke=GRID if after else AXIS, stroke_width="1")
        for after, y in enumerate(heights)
    )


def _aprils(frame: Frame) -> str:
    return "".join(
        _line(
            x, frame.top - _GAP, x, frame.bottom + _AT_YEARS - 3,
            stroke=APRIL, stroke_width="1", stroke_dasharray="1 2",
        )
        for x in (
            frame.edge(index) for index, month in enumerate(frame.months) if month.month == 4
        )
    )  # fmt: skip


def _runs(frame: Frame, series: Series) -> Iterator[tuple[float, float]]:
    """The left and right edge of each run of months that are not comparable."""
    index = 0
    for state, points in groupby(point.state for point in series.points):
        length = len(list(points))
        if state == NOT_COMPARABLE:
            yield frame.edge(index), frame.edge(index + length)
        index += length


def _hatched(frame: Frame, series: Series) -> str:
    return "".join(
        element(
            "rect", x=left, y=frame.top, width=right - left, height=frame.bottom - frame.top,
            fill="url(#hatch)",
        )
        for left, right in _runs(frame, series)
    )  # fmt: skip


def references(frame: Frame, series: Series) -> str:
    """The lines that the figures are compared to."""
    return "".join(
        _line(
            frame.left, y, frame.right, y,
            stroke=REFERENCE, stroke_width="1.5", stroke_dasharray=each.dashes,
        )
        for each, y in ((each, frame.y(each.reference.value)) for each in compared(series))
    )  # fmt: skip


def reasons(frame: Frame, series: Series) -> str:
    """Why months are hatched, between the lines that cross them; a mark where there is no room."""
    crossing = sorted(frame.y(each.reference.value) for each in compared(series))
    heights = [frame.top, *crossing, frame.bottom]
    room, above = max((below - above, -above) for above, below in pairwise(heights))
    said = []
    for left, right in _runs(frame, series):
        for text in (_REASON, _MARK):
            lines = wrapped(text, right - left - _PAD, frame.form.small)
            if lines and len(lines) * APART <= room:
                foot = -above + (room - len(lines) * APART) / 2 + APART - _PAD + 1
                said.append(_reason(frame, lines, (left + right) / 2, foot))
                break
    return "".join(said)


def _reason(frame: Frame, lines: list[str], x: float, foot: float) -> str:
    return lines_of_text(
        lines, x, foot, APART,
        text_anchor="middle", class_="note", fill=TEXT, font_size=f"{frame.form.small}",
    )  # fmt: skip


def axes(frame: Frame, series: Series) -> str:
    """The words along both axes."""
    return _ticks(frame) + _months(frame) + _years(frame, series)


def _ticks(frame: Frame) -> str:
    return "".join(
        text_element(
            "text", frame.axis.said(tick),
            x=frame.left - _GAP + 1, y=frame.y(tick) + _TICK_FOOT, text_anchor="end",
        )
        for tick in frame.axis.ticks
    )  # fmt: skip


def _months(frame: Frame) -> str:
    """Those at quarters, and M, before which another gives way."""
    last = len(frame.months) - 1
    said = []
    for index, month in enumerate(frame.months):
        name = f"{month:%b}"
        is_free = frame.x(last) - frame.x(index) > width("May", frame.form.type) + _GAP
        if index == last or (month.month in frame.form.months and is_free):
            # The first one stays off the axis's zero.
            x = max(frame.x(index), frame.left + width(name, frame.form.type) / 2 - _PAD)
            said.append(_below(frame, x, _AT_MONTHS, name, index == last))
    return "".join(said)


def _years(frame: Frame, series: Series) -> str:
    """Each financial year below its months; one of few months only where the next leaves room."""
    spans: dict[str, list[int]] = {}
    for index, point in enumerate(series.points):
        spans.setdefault(financial_year(point.month), []).append(index)
    said: list[str] = []
    free = float(frame.form.width)
    for year, indices in reversed(spans.items()):
        half = width(year, frame.form.type) / 2
        x = (frame.edge(indices[0]) + frame.edge(indices[-1] + 1)) / 2
        if x + half + _GAP <= free:
            said.append(_below(frame, x, _AT_YEARS, year, True))
            free = x - half
    return "".join(reversed(said))


def _below(frame: Frame, x: float, below: float, text: str, is_bold: bool) -> str:
    looks: dict[str, str | None] = (
        {"class_": "fy", "font_weight": "700", "fill": INK} if is_bold else {}
    )
    return text_element("text", text, x=x, y=frame.bottom + below, text_anchor="middle", **looks)
