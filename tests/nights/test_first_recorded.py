"""What is owed for the first time is not said to have been recorded then: the event was known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from nights.editing import Change, Row, change, copy_as
from nights.loading import WESTMERE, Council, Engine

pytestmark = pytest.mark.slow

STATUSES = "FACT_LEGAL_STATUS"


def _all_are(code: str) -> Change:
    def put(statuses: list[Row]) -> list[Row]:
        return [{**row, "DIM_LOOKUP_LGL_STATUS_DESC": code} for row in statuses]

    return put


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """Every child in care is said to have short breaks alone, and the night after to be in care:
    reviews that were known on the first night are owed from the second on."""
    folder: Path = tmp_path_factory.mktemp("first_recorded")
    whole = write_extract(
        folder / "whole", children=1000, extract_date=date(2026, 5, 18), faults_per_thousand=0
    )
    council = engine.council(folder / "council", WESTMERE)
    for night, code in (("2026-05-18", "V4"), ("2026-05-19", "C2")):
        extract = copy_as(whole, folder, night)
        change(extract, STATUSES, _all_are(code))
        ran = council.load(extract)
        assert ran.exit_code == 0, ran.err
    return council


def test_on_the_first_night_no_review_was_owed_and_on_the_second_they_are(council: Council) -> None:
    found = council.rows(
        "select known_from, count(done_date) from warehouse.fact_timescale_obligation "
        "where timescale = 'looked_after_review' group by known_from"
    )
    assert [night for night, _ in found] == [date(2026, 5, 19)]
    assert found[0][1] > 0


def test_a_review_known_on_the_first_night_was_not_recorded_on_the_second(council: Council) -> None:
    found = council.rows(
        "select count(done_date), count(first_recorded_date) "
        "from warehouse.fact_timescale_obligation where timescale = 'looked_after_review'"
    )
    assert found[0][0] > 0
    assert found[0][1] == 0
