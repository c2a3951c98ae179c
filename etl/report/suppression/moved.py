"""Figures as they stood before, where they are others now: what may be told of them.

A figure of then is withheld where it was small, where it differs from that of now by a small
number, and where it or a figure that hangs together with it is withheld: then what moved could be
worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

from etl.report.record import WITHHELD, Point, Published, Report, Restated, Series
from etl.report.suppression.identities import Figure, Figures, Number, numbers_of
from etl.report.suppression.partners import is_small


class Moved:
    """Of which figures nothing is told of what they were."""

    def __init__(self, report: Report, figures: Figures, withheld: Set[Figure]) -> None:
        self._withheld = {*withheld, *_of_few(report)}
        near = _near(figures)
        self._untold = self._withheld.union(*(near.get(each, ()) for each in self._withheld))

    def published(self, measure: str, point: Point) -> Published | None:
        """What may be told of a month's figure as it was published."""
        if point.published is None or Figure(measure, point.month) not in self._untold:
            return point.published
        return Published(None, None, point.published.known_on)

    def restated(self, row: Restated, now: Point) -> Restated:
        """A row, of which the figure of now is told so."""
        published, causes = row.published, row.causes
        if Figure(row.measure, row.month) in self._untold:
            published, causes = Point(row.month, state=WITHHELD), None
        if any(is_small(moved) for moved in (causes or {}).values()):
            causes = None
        return replace(row, published=published, now=now, causes=causes)


def _of_few(report: Report) -> Iterator[Figure]:
    """Figures that were small, or moved by a small number; and those of months that the report does
    not show, as of these nobody looked what could be worked out."""
    for series in report.series.values():
        for point in series.points:
            if point.published and _is_small_move(series, point, point.published):
                yield Figure(series.measure, point.month)
    for row in report.restated:
        of = report.series.get(row.measure)
        is_shown = of is not None and any(point.month == row.month for point in of.points)
        if of is None or not is_shown or _is_small_move(of, row.now, row.published):
            yield Figure(row.measure, row.month)


def _is_small_move(series: Series, now: Point, then: Point | Published) -> bool:
    before = numbers_of(series.unit, then.numerator, then.denominator)
    after = numbers_of(series.unit, now.numerator, now.denominator)
    moves = [abs(after[part] - value) for part, value in before.items() if part in after]
    return any(is_small(each) for each in (*before.values(), *moves))


def _near(figures: Figures) -> dict[Figure, set[Figure]]:
    """By figure, those that share a number or an identity with it."""
    telling: dict[Number, set[Figure]] = {}
    for figure, numbers in figures.tells.items():
        for number in numbers:
            telling.setdefault(number, set()).add(figure)
    groups: Iterable[set[Number]] = (
        *({number} for number in telling),
        *({term.number for term in each.terms} for each in figures.identities),
    )
    near: dict[Figure, set[Figure]] = {}
    for group in groups:
        together = set[Figure]().union(*(telling.get(number, ()) for number in group))
        for figure in together:
            near.setdefault(figure, set()).update(together)
    return near
