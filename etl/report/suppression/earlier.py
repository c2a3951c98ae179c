"""The month before's public edition: what its reader knows already, and what is to stay unknown."""

from __future__ import annotations

from collections.abc import Set

from etl.report.record import Report
from etl.report.suppression.identities import (
    Figure,
    Figures,
    Number,
    figures_of,
    is_public,
    numbers_of,
    withheld_in,
)
from etl.report.suppression.partners import Reader, is_told_small


def known_of(previous: Report, figures: Figures) -> dict[Number, int]:
    """The numbers that it told and that are still what they were, or are not counted now."""
    known = {}
    for number, value in _told_by(previous).items():
        number = figures.one_of(number)
        if figures.values.get(number, value) == value:
            known[number] = value
    return known


def kept_from_opening(previous: Report, report: Report, withheld: Set[Figure]) -> set[Figure]:
    """The figures that may not be told now, because one that the earlier edition withheld could be
    worked out with them: from its own figures, if they did not move since.

    withheld: figures that are not told anyway.
    """
    figures = figures_of(previous)
    told_before = dict(figures.values)
    silent = withheld_in(previous) & figures.tells.keys()
    now = _told_by(report)
    new = {figure for figure in silent if figure not in withheld and figure in _figures(report)}
    for number, value in now.items():
        if Figure(number.of, number.month) in new:
            figures.values.setdefault(figures.one_of(number), value)
    reader = Reader(figures, silent - new, told_before)
    reader.protect({number for each in silent for number in figures.tells[each]}, is_told_small)
    return reader.withheld & new


def _figures(report: Report) -> set[Figure]:
    return {Figure(number.of, number.month) for number in _told_by(report)}


def _told_by(report: Report) -> dict[Number, int]:
    return {
        Number(series.measure, point.month, part): value
        for series in report.series.values()
        if is_public(series.measure)
        for point in series.points
        if point.is_counted
        for part, value in numbers_of(series.unit, point.numerator, point.denominator).items()
    }
