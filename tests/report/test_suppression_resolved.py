"""Can the public edition be solved? An attacker with a linear programme, who knows how the figures
hang together, tries it on councils drawn at random."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl.report.record import WITHHELD, Point, Report, Series
from etl.report.suppression import public
from etl.report.suppression.identities import numbers_of
from report.councils import council, editions
from report.resolving import guarded, opened

# From councils of which most is withheld, to one of which little is.
_BUSY = (2, 5, 10, 30)
_MONTHS = 15


@pytest.mark.parametrize("seed", range(20))
def test_no_withheld_number_can_be_narrowed(seed: int) -> None:
    report = council(seed, busy=_BUSY[seed % 4], months=_MONTHS)
    assert guarded(report)
    assert opened(report, public(report)) == {}


@pytest.mark.parametrize("seed", range(100, 104))
def test_two_editions_together_open_nothing(seed: int) -> None:
    """Of the month that only the earlier one has, the later does not know the numbers: there it
    may be learned that one is not the least, and no more."""
    whole = council(seed, busy=_BUSY[seed % 4], months=_MONTHS)
    before, now = editions(whole)
    published = public(before)
    found = opened(whole, published, public(now, published))
    gone = str(whole.months[0])
    assert {name: span for name, span in found.items() if gone not in name or span[1] < 5} == {}


@pytest.mark.parametrize("seed", range(200, 204))
def test_who_knows_that_zero_is_told_still_learns_no_number(seed: int) -> None:
    """Of a sum of withheld figures it is known that it is not less than they are: it may be more,
    as others may."""
    report = council(seed, busy=_BUSY[seed % 4], months=_MONTHS)
    found = opened(report, public(report), zero_is_told=True)
    assert {name: bounds for name, bounds in found.items() if bounds[1] < 5} == {}


def test_the_attacker_opens_what_is_only_withheld_for_itself() -> None:
    """Else nothing above could fail."""
    report = council(1, busy=10, months=_MONTHS)
    assert opened(report, _without_partners(report))


def _without_partners(report: Report) -> Report:
    """With only the small figures withheld."""
    return replace(
        report,
        breakdowns={},
        series={
            name: replace(each, points=tuple(_small_withheld(each, it) for it in each.points))
            for name, each in report.series.items()
        },
    )


def _small_withheld(series: Series, point: Point) -> Point:
    numbers = numbers_of(series.unit, point.numerator, point.denominator).values()
    is_small = any(1 <= number <= 5 for number in numbers)
    return Point(point.month, state=WITHHELD) if is_small else point
