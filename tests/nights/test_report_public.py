"""The public edition of the golden night: what is withheld of it, and that nothing follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from report.resolving import opened

from etl.report.asked import Asked
from etl.report.reading import read_report
from etl.report.record import WITHHELD, Report
from etl.report.suppression import public
from etl.warehouse import open_warehouse
from nights.conftest import TwoNights

pytestmark = pytest.mark.slow

OCTOBER, FIRST = date(2014, 10, 1), date(2014, 11, 3)


@pytest.fixture(scope="module")
def record(two_nights: TwoNights) -> Report:
    """Of October, as its first night knew it."""
    with open_warehouse(two_nights.first.url).reading() as session:
        return read_report(session, Asked("874", OCTOBER, FIRST, None, 25))


def test_only_the_conferences_of_which_few_were_late_are_withheld(record: Report) -> None:
    told = public(record)
    withheld = [series.measure for series in told.series.values() for point in series.points
                if point.state == WITHHELD]  # fmt: skip
    assert withheld == ["initial_conferences_in_time_pct"] * 12
    assert told.reviews == record.reviews


def test_no_number_of_the_night_can_be_narrowed(record: Report) -> None:
    told = public(record)
    counted = replace(
        record,
        series={name: record.series[name] for name in told.series},
        breakdowns={name: record.breakdowns[name] for name in told.breakdowns},
    )
    assert opened(counted, told) == {}
