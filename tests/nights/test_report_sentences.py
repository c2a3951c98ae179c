"""What is said of the golden October: as its first night knew it, and as its second restated it."""

from __future__ import annotations

from datetime import date

import pytest
from report.peterborough import october

from etl.report.asked import Asked
from etl.report.outline import BY_ID, SECTIONS
from etl.report.reading import read_report
from etl.report.record import Report
from etl.report.sentences import brief, callout, cells, lead, restated_rows, tiles
from etl.warehouse import open_warehouse
from nights.conftest import TwoNights
from nights.loading import Council

pytestmark = pytest.mark.slow

OCTOBER, FIRST, SECOND = date(2014, 10, 1), date(2014, 11, 3), date(2014, 12, 4)


def read(council: Council, known_on: date) -> Report:
    with open_warehouse(council.url).reading() as session:
        return read_report(session, Asked("874", OCTOBER, known_on, None, 25))


def test_the_first_night_is_told_as_the_record_made_by_hand_is(two_nights: TwoNights) -> None:
    report, by_hand = read(two_nights.first, FIRST), october()
    for section in SECTIONS:
        assert lead(report, section) == lead(by_hand, section)
    assert brief(report) == brief(by_hand)
    assert tiles(report) == tiles(by_hand)
    assert callout(report) == callout(by_hand)


def test_the_second_night_tells_reviews_as_final_and_what_was_published(
    two_nights: TwoNights,
) -> None:
    report = read(two_nights.council, SECOND)
    assert lead(report, BY_ID["reviews"])[:2] == [
        "**100.0%** of the reviews due in October 2014 were held in time (64 of 64), the same as "
        "in September (100.0%) and in October 2013 (100.0%).",
        "Before 3 November 2014 the system’s recording day is not known.",
    ]
    assert callout(report) is None
    assert cells(report, report.series["reviews_in_time_pct"]).marks == ""
    assert restated_rows(report) == [
        ("Child protection reviews held in time, October 2014",
         "71.9% (46 of 64) on 3 November 2014", "100.0% (64 of 64)",
         "18 held in time, recorded late"),
        ("Child protection plans reviewed in time, October 2014",
         "90.1% (164 of 182) on 3 November 2014", "100.0% (182 of 182)",
         "18 held in time, recorded late"),
    ]  # fmt: skip
