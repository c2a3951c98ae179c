"""The small line of the page of all figures."""

from __future__ import annotations

from etl.report.charts.axis import axis_of, drawn
from etl.report.charts.frame import DATA, LIMIT
from etl.report.charts.marks import path_of, segments
from etl.report.charts.svg import element
from etl.report.outline import LINE
from etl.report.record import Series

WIDTH, HEIGHT = 84, 20
_LEFT, _RIGHT, _TOP, _BOTTOM = 3, 80, 3, 18


def spark(series: Series) -> str:
    """A measure's months as a line without words, on the axis of its chart. It is hidden from who
    has the page read out: the row's figures say what it shows."""
    axis = axis_of(series, LINE)
    heights = [drawn(series.unit, point) for point in series.points]
    places = [
        (
            _LEFT + (_RIGHT - _LEFT) * (index + 1) / len(heights),
            _BOTTOM - (_BOTTOM - _TOP) * axis.share(axis.start if value is None else value),
        )
        for index, value in enumerate(heights)
    ]
    content = "".join(
        element("path", d=path_of([places[each] for each in run]), fill="none", stroke=LIMIT,
                stroke_width="1.4")
        if len(run) > 1
        else element("circle", cx=places[run[0]][0], cy=places[run[0]][1], r="0.9", fill=LIMIT)
        for run in segments(series)
    )  # fmt: skip
    if heights and heights[-1] is not None:
        content += element("circle", cx=places[-1][0], cy=places[-1][1], r="2.4", fill=DATA)
    return element(
        "svg", content, class_="spark", viewBox=f"0 0 {WIDTH} {HEIGHT}", aria_hidden="true"
    )
