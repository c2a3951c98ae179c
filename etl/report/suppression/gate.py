"""From the record of figures to the record that anybody may read."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from itertools import combinations

from etl.report.record import (
    COUNTED,
    WITHHELD,
    Band,
    Breakdown,
    Point,
    Report,
    Restated,
    Reviews,
    Series,
)
from etl.report.suppression.earlier import kept_from_opening, known_of
from etl.report.suppression.identities import (
    TOTAL,
    Figure,
    Figures,
    figures_of,
    is_public,
    withheld_in,
)
from etl.report.suppression.moved import Moved
from etl.report.suppression.partners import Reader, is_narrowed, is_small

# How late, and how long past due, so few are that a family can tell its own.
_OF_FEW = ("assessments_how_late", "visits_how_long_past_due")
# The order of these says which of two is larger, so that withheld ones go by their names.
_BY_SIZE = ("plans_by_category",)


def public(report: Report, previous: Report | None = None) -> Report:
    """The record of the public edition: without any count from 1 to 5 nor what one could be worked
    out from, and without teams, families, usual ranges, how late, and how long past due.

    previous: the public record before this one, as it was published; None where there is none.
    What it tells is known, and opens nothing here; nothing here opens what it withheld.
    """
    report = _without_parts(report)
    figures = figures_of(report, previous.months if previous else ())
    small = {number for number, value in figures.values.items() if is_small(value)}
    withheld = withheld_in(report) | set(_small_ones(report, figures))
    known = {}
    if previous:
        known = known_of(previous, figures)
        withheld |= kept_from_opening(previous, report, withheld)
    reader = Reader(figures, withheld, known)
    told = {number for numbers in figures.tells.values() for number in numbers}
    reader.protect(small & told, is_narrowed)
    return _with_withheld(report, figures, reader.withheld)


def _without_parts(report: Report) -> Report:
    """Without what no public edition has. The longest of a breakdown is one child's."""
    return replace(
        report,
        is_public=True,
        teams={},
        series={
            measure: replace(series, usual=None)
            for measure, series in report.series.items()
            if is_public(measure)
        },
        breakdowns={
            name: replace(breakdown, longest=None)
            for name, breakdown in report.breakdowns.items()
            if name not in _OF_FEW
        },
        restated=tuple(row for row in report.restated if is_public(row.measure)),
    )


def _small_ones(report: Report, figures: Figures) -> Iterator[Figure]:
    """The figures that are withheld for what they are themselves."""
    for figure, numbers in figures.tells.items():
        if any(is_small(figures.values.get(number)) for number in numbers):
            yield figure
    for series in report.series.values():
        for point in series.points:
            if point.is_counted and _is_waited_for_by_few(point):
                yield Figure(series.measure, point.month)


def _is_waited_for_by_few(point: Point) -> bool:
    """Whether few of what is not in time lack their record, or few do not. Such a figure cannot be
    told: without that it would seem final."""
    rest = (point.denominator or 0) - (point.numerator or 0)
    return point.awaiting > 0 and (is_small(point.awaiting) or is_small(rest - point.awaiting))


def _with_withheld(report: Report, figures: Figures, withheld: Set[Figure]) -> Report:
    moved = Moved(report, figures, withheld)
    series = {
        measure: replace(each, points=tuple(_point(each, point, withheld, moved)
                                            for point in each.points))
        for measure, each in report.series.items()
    }  # fmt: skip
    return replace(
        report,
        series=series,
        breakdowns={
            name: _breakdown(each, report, withheld) for name, each in report.breakdowns.items()
        },
        reviews=_reviews(report, withheld),
        restated=tuple(moved.restated(row, _now(row, series)) for row in report.restated),
    )


def _point(series: Series, point: Point, withheld: Set[Figure], moved: Moved) -> Point:
    """A month's figure. Of one that is not told nothing stays in the record."""
    if point.state != COUNTED and point.state != WITHHELD:
        return Point(point.month, state=point.state)
    published = moved.published(series.measure, point)
    if Figure(series.measure, point.month) in withheld:
        return Point(point.month, state=WITHHELD, published=published)
    return replace(point, published=published)


def _now(row: Restated, series: dict[str, Series]) -> Point:
    """A restated figure as its series tells it; one of a month that is not among the report's is
    not told, as nobody looked whether it may be."""
    points = series[row.measure].points if row.measure in series else ()
    return next(
        (point for point in points if point.month == row.month), Point(row.month, state=WITHHELD)
    )


def _breakdown(of: Breakdown, report: Report, withheld: Set[Figure]) -> Breakdown:
    def told(label: str, number: int | None) -> int | None:
        return None if Figure(of.name, report.month, label) in withheld else number

    bands = [Band(band.label, told(band.label, band.number)) for band in of.bands]
    if of.name in _BY_SIZE:
        shown = [band for band in bands if band.number is not None]
        bands = shown + sorted((each for each in bands if each not in shown), key=_label)
    return replace(of, total=told(TOTAL, of.total), bands=tuple(bands))


def _label(band: Band) -> str:
    return band.label


def _reviews(report: Report, withheld: Set[Figure]) -> Reviews | None:
    """What became of reviews, unless a part of it, or what parts leave of another, is small."""
    of = report.reviews
    if of is None or Figure("reviews_in_time_pct", report.month) in withheld:
        return None
    not_in_time = (of.late, of.awaiting, of.not_done)
    parts = [of.due, of.in_time, *not_in_time, sum(not_in_time)]
    parts += [one + other for one, other in combinations(not_in_time, 2)]
    if of.recorded_late is not None:
        parts += [of.recorded_late, of.in_time - of.recorded_late]
    return None if any(is_small(part) for part in parts) else of
