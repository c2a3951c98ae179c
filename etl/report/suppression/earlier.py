"""The public edition before: what its reader knows already, and what is to stay unknown."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from etl.report.record import Report
from etl.report.suppression.identities import (
    Figure,
    Figures,
    Number,
    bands_of,
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
    worked out with them: from that edition's own figures, by who takes those that it withheld to
    be what they are now.

    withheld: figures that are not told anyway.
    """
    figures = figures_of(previous)
    silent = withheld_in(previous) & figures.tells.keys()
    now = {
        figures.one_of(number): value
        for number, value in _told_by(report).items()
        if _figure_of(number) in silent - withheld
    }
    taken = {number: value for number, value in now.items() if number not in figures.values}
    guarded = {number for figure in silent for number in figures.tells[figure]}
    moved = _moved(figures, taken)
    kept = _kept(figures, silent, taken, guarded - moved)
    for number in sorted(moved):
        others = {other: value for other, value in taken.items() if other != number}
        kept |= _kept(figures, silent, others, {number})
    return kept


def _moved(figures: Figures, taken: Mapping[Number, int]) -> set[Number]:
    """The numbers of which some were others then: an identity would not hold with them."""
    values = {**figures.values, **taken}
    found: set[Number] = set()
    for terms, constant in figures.identities:
        counted = [(sign, values[number]) for sign, number in terms if number in values]
        if len(counted) == len(terms) and sum(sign * it for sign, it in counted) != constant:
            found.update(number for _, number in terms if number in taken)
    return found


def _kept(
    figures: Figures, silent: Set[Figure], taken: Mapping[Number, int], guarded: Set[Number]
) -> set[Figure]:
    """The figures of the taken numbers that would open a guarded one."""
    new = {
        figure
        for figure in silent
        if all(number in taken or number in figures.values for number in figures.tells[figure])
    }
    known = dict(figures.values)
    supposed = replace(figures, values={**known, **taken})
    reader = Reader(supposed, set(silent - new), known)
    reader.protect(guarded, is_told_small, is_combining=False)
    return reader.withheld & new


def _figure_of(number: Number) -> Figure:
    """The figure that tells a number: a measure's, or a band of a breakdown."""
    is_measure = is_public(number.of)
    return Figure(number.of, number.month, None if is_measure else number.part)


def _told_by(report: Report) -> dict[Number, int]:
    of_bands = {
        Number(breakdown.name, report.month, label): value
        for breakdown in report.breakdowns.values()
        for label, value in bands_of(breakdown).items()
        if value is not None
    }
    return of_bands | {
        Number(series.measure, point.month, part): value
        for series in report.series.values()
        if is_public(series.measure)
        for point in series.points
        if point.is_counted
        for part, value in numbers_of(series.unit, point.numerator, point.denominator).items()
    }
