"""What is owed for the first time is not said to have been recorded then: the event was known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from nights.editing import Change, Row, change, copy_as, read
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

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


REVIEWS = "FACT_CLA_REVIEW"
FIRST, SECOND = date(2026, 5, 18), date(2026, 5, 19)
SURVIVOR, NEW_PERIOD, NEW_ID = "990001", "990002", "990003"


@pytest.fixture(scope="module")
def moved(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Council, str]:
    """A child's records go to another record of the child, its period of care under another id, on
    the night on which one of another child's reviews is written anew, under another id: the
    council, and the day of that review."""
    folder: Path = tmp_path_factory.mktemp("moved")
    council = engine.council(folder / "council", WESTMERE)
    extract = few_children(folder, FIRST)
    assert council.load(extract).exit_code == 0
    asked = (
        "select subject_id, done_date from warehouse.fact_timescale_obligation "
        "where timescale = 'looked_after_review' and done_date is not null order by subject_id"
    )
    rows = council.rows(asked)
    (first, _), (last, day) = rows[0], rows[-1]
    assert first != last
    again = copy_without_manifest(extract, folder)
    child = next(r["DIM_PERSON_ID"] for r in read(again, "FACT_CLA") if r["FACT_CLA_ID"] == first)
    for path in sorted(again.glob("*.csv")):
        change(again, path.stem, _goes_to_survivor(path.stem, child, first))

    def anew(reviews: list[Row]) -> list[Row]:
        for row in reviews:
            if row["FACT_CLA_ID"] == last and row["MEETING_DTTM"].startswith(str(day)):
                row["FACT_CLA_REVIEW_ID"] = NEW_ID
        return reviews

    change(again, REVIEWS, anew)
    ran = council.load(again)
    assert ran.exit_code == 0, ran.err
    return council, last


def copy_without_manifest(extract: Path, folder: Path) -> Path:
    """The same tables, of the second night."""
    (extract / "MANIFEST.csv").write_text("")
    return copy_as(extract, folder / "again", SECOND.isoformat())


def _goes_to_survivor(table: str, child: str, period: str) -> Change:
    def put(rows: list[Row]) -> list[Row]:
        found = []
        for row in rows:
            if table == "DIM_PERSON" and row["DIM_PERSON_ID"] == child:
                found.append({**row, "DUPLICATED_DTTM": f"{SECOND} 00:00:00"})
            own = {**row}
            if own.get("DIM_PERSON_ID") == child:
                own["DIM_PERSON_ID"] = SURVIVOR
            if own.get("FACT_CLA_ID") == period:
                own["FACT_CLA_ID"] = NEW_PERIOD
            found.append(own)
        return found

    return put


def _recorded(council: Council, period: str) -> list[tuple[object, ...]]:
    return council.rows(
        "select first_recorded_date, count(*) from warehouse.fact_timescale_obligation "
        "where timescale = 'looked_after_review' and subject_id = :period "
        "and done_date is not null and known_to = date '9999-12-31' group by first_recorded_date",
        period=period,
    )


def test_a_review_that_a_merge_gives_to_another_child_was_recorded_when_it_was(
    moved: tuple[Council, str],
) -> None:
    found = _recorded(moved[0], NEW_PERIOD)
    assert [night for night, _ in found] == [None]


def test_a_review_under_another_id_is_another_event(moved: tuple[Council, str]) -> None:
    council, period = moved
    assert (SECOND, 1) in _recorded(council, period)
