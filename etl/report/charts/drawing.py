"""A whole chart."""

from __future__ import annotations

from dataclasses import replace

from etl.report.charts import background, labels, marks, steps
from etl.report.charts.axis import axis_of
from etl.report.charts.frame import APART, HATCH, NARROW, TEXT, TOP, WIDE, Frame, frame_of
from etl.report.charts.svg import element, text_element
from etl.report.outline import COLUMNS
from etl.report.record import Series

_FONT = '"Helvetica Neue", Arial, "Liberation Sans", sans-serif'


def draw(series: Series, form: str, *, wide: bool, id: str, title: str, description: str) -> str:
    """A measure's months as a drawing to be set into a page: a picture with a name and a
    description. id: other than that of any other drawing of the page. Its type is as large as it
    has to be at the size it is drawn in; the page sets none. The page holds ``definitions``
    once."""
    frame = _frame(series, form, wide)
    content = (
        text_element("title", title, id=f"{id}-title")
        + text_element("desc", description, id=f"{id}-description")
        + _shapes(frame, series, form)
        + _words(frame, series, form, wide)
    )
    return element(
        "svg",
        content,
        role="img",
        viewBox=f"0 0 {frame.form.width} {frame.form.height}",
        aria_labelledby=f"{id}-title {id}-description",
    )


def definitions() -> str:
    """The hatching that every drawing of a page uses; not seen itself."""
    hatch = element(
        "pattern",
        element("path", d="M0 0V6", stroke=HATCH, stroke_width="1.5"),
        id="hatch",
        width="6",
        height="6",
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element(
        "svg",
        element("defs", hatch),
        width="0",
        height="0",
        style="position:absolute",
        aria_hidden="true",
        focusable="false",
    )


def _frame(series: Series, form: str, wide: bool) -> Frame:
    said = [line for label in labels.labels_of(series, form, wide) for line in label.lines]
    frame = frame_of(WIDE if wide else NARROW, axis_of(series, form), series.points, said)
    return replace(frame, top=TOP + APART * len(steps.reason(frame, series.step)))


def _shapes(frame: Frame, series: Series, form: str) -> str:
    figures = marks.columns if form == COLUMNS else marks.line
    return (
        background.behind(frame, series)
        + (figures(frame, series) if form == COLUMNS else "")
        + background.limits(frame, series)
        + background.references(frame, series)
        + ("" if form == COLUMNS else figures(frame, series))
        + steps.hairline(frame, series.step)
    )


def _words(frame: Frame, series: Series, form: str, wide: bool) -> str:
    values = marks.column_values if form == COLUMNS else marks.line_value
    beside = labels.placed(frame, labels.labels_of(series, form, wide))
    words = (
        background.axes(frame, series)
        + background.reasons(frame, series)
        + marks.withheld(frame, series.points)
        + values(frame, series)
        + steps.written(frame, series.step)
        + labels.written(frame, beside)
    )
    # A white edge keeps words readable over lines.
    return labels.joins(frame, beside) + element(
        "g",
        words,
        font_family=_FONT,
        font_size=f"{frame.form.type}",
        fill=TEXT,
        paint_order="stroke",
        stroke="#fff",
        stroke_width="3",
        stroke_linejoin="round",
    )
