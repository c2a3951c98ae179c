"""What is said of a chart: to those who do not see it, and below its heading."""

from __future__ import annotations

from etl.report.numbers import printed
from etl.report.outline import COLUMNS, Chart
from etl.report.record import NOT_COMPARABLE, PERCENT, WITHHELD, YEAR_TO_DATE, Point, Report, Series
from etl.report.sentences.comparing import comparator, figure, reference, usual_range
from etl.report.sentences.words import month_of, typographic


def describe(report: Report, series: Series, form: str, axis_start: int) -> str:
    """A chart in words: its kind and span, M's figure, the lowest and highest with their months,
    the usual range, each reference, and where the axis starts."""
    drawn = [point for point in series.points if printed(series.unit, point) is not None]
    if not drawn:
        return "No month has a figure that can be drawn."
    kind = "Columns" if form == COLUMNS else "A line"
    said = [f"{kind} for {_span(series, drawn)}.", _highest_and_lowest(series, drawn)]
    if series.span == YEAR_TO_DATE:
        said.append("The line begins anew each April.")
    said += _not_drawn(series)
    if usual := usual_range(report, series):
        said.append(f"The usual range is {usual}.")
    said += _references(report, series)
    if axis_start:
        said.append(f"The axis starts at {_on_axis(series.unit, axis_start)}.")
    return " ".join(said)


def _span(series: Series, drawn: list[Point]) -> str:
    """The months that are drawn: all between the first and the last, or some of them."""
    first, last = month_of(drawn[0].month), month_of(drawn[-1].month)
    if len(drawn) == 1:
        return f"{first} alone"
    between = [point for point in series.points if drawn[0].month <= point.month <= drawn[-1].month]
    if len(drawn) == len(between):
        return f"each month from {first} to {last}"
    return f"{len(drawn)} of the {len(between)} months from {first} to {last}"


def _highest_and_lowest(series: Series, drawn: list[Point]) -> str:
    """Of several months the first is named."""
    values = [(printed(series.unit, point) or 0, point) for point in drawn]
    low, high = min(values, key=lambda each: each[0]), max(values, key=lambda each: each[0])
    shown = [f"{figure(series.unit, point)} ({month_of(point.month)})" for _, point in (low, high)]
    limits = f"the lowest of the months shown is {shown[0]} and the highest {shown[1]}."
    if low[0] == high[0]:
        limits = f"every month shown is {figure(series.unit, low[1])}."
    if len(drawn) == 1 and drawn[0] == series.now:
        return f"{month_of(series.now.month)} is {figure(series.unit, series.now)}."
    now = figure(series.unit, series.now)
    if not now:
        return limits[:1].upper() + limits[1:]
    words = {"n/c": "not comparable", "c": "withheld"}.get(now, now)
    words += ", not final" if series.is_not_final else ""
    return f"{month_of(series.now.month)} is {words}; {limits}"


def _not_drawn(series: Series) -> list[str]:
    """The months that are hatched, and the gaps of the public edition."""
    said = []
    hatched = [point.month for point in series.points if point.state == NOT_COMPARABLE]
    if hatched:
        span = month_of(hatched[0])
        span = span if len(hatched) == 1 else f"{span} to {month_of(hatched[-1])}"
        said.append(f"{span}: not comparable.")
    withheld = sum(point.state == WITHHELD for point in series.points)
    if withheld:
        said.append(f"{withheld} {'month is' if withheld == 1 else 'months are'} withheld.")
    return said


def _references(report: Report, series: Series) -> list[str]:
    said = [f"Target is {reference(series.unit, series.target)}."] if series.target else []
    others = (("England", "is", series.england), ("Our statistical neighbours", "are",
                                                  series.neighbours))  # fmt: skip
    said += [
        f"{name} {verb} {comparator(report, series, value)}."
        for name, verb, value in others
        if value
    ]
    return said


def caption(report: Report, chart: Chart, series: Series, axis_start: int) -> str:
    """The line below a chart's heading: of what it is, and what is shaded, outlined, hatched."""
    said = [chart.about]
    if usual_range(report, series):
        said.append("Shaded: the usual range.")
    year_before = series.year_before
    if chart.form == COLUMNS and year_before and printed(series.unit, year_before) is not None:
        said.append("Outlined: the same month last year.")
    if any(point.state == NOT_COMPARABLE for point in series.points):
        said.append("Hatched: not comparable.")
    if any(point.state == WITHHELD for point in series.points):
        said.append("c: withheld.")
    if series.step and series.step.month in report.months:
        said.append(
            f"Since {month_of(series.step.month)}: {typographic(series.step.reason).rstrip('.')}."
        )
    if axis_start:
        said.append(f"The axis starts at {_on_axis(series.unit, axis_start)}.")
    return " ".join(said)


def _on_axis(unit: str, start: int) -> str:
    return f"{start:,}%" if unit == PERCENT else f"{start:,}"
