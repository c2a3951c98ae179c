"""A known step in a measure: an upright hairline, and its reason above the chart."""

from __future__ import annotations

from etl.report.charts.frame import APART, REFERENCE, TEXT, Frame
from etl.report.charts.svg import element, lines_of_text, number, shortened, wrapped
from etl.report.record import Step

_MOST_LINES = 3
_FOOT = 12
_BESIDE = 4


def reason(frame: Frame, step: Step | None) -> list[str]:
    """The lines of a step's reason; none where the chart does not show its month."""
    if step is None or frame.index(step.month) is None:
        return []
    room, size = _room(frame, step)[0] - _BESIDE, frame.form.small
    lines = wrapped(step.reason, room, size) or [shortened(step.reason, room, size)]
    if len(lines) > _MOST_LINES:
        rest = " ".join(lines[_MOST_LINES - 1 :])
        lines = [*lines[: _MOST_LINES - 1], shortened(rest, room, size)]
    return lines


def _room(frame: Frame, step: Step) -> tuple[float, bool]:
    """How much there is on the side that has more, and whether that is the right one."""
    x = frame.edge(frame.index(step.month) or 0)
    return max((frame.right - x, True), (x - frame.left, False))


def hairline(frame: Frame, step: Step | None) -> str:
    """Between the month before and the step's."""
    index = None if step is None else frame.index(step.month)
    if index is None:
        return ""
    path = f"M{number(frame.edge(index))} 2V{number(frame.bottom)}"
    return element("path", d=path, stroke=REFERENCE, stroke_width="1")


def written(frame: Frame, step: Step | None) -> str:
    """Its reason beside the hairline."""
    lines = reason(frame, step)
    if step is None or not lines:
        return ""
    is_right = _room(frame, step)[1]
    x = frame.edge(frame.index(step.month) or 0) + (_BESIDE if is_right else -_BESIDE)
    return lines_of_text(
        lines, x, _FOOT, APART,
        text_anchor=None if is_right else "end",
        class_="note", fill=TEXT, font_size=f"{frame.form.small}",
    )  # fmt: skip
