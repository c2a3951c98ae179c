"""What an extract lacks is said, and nothing is made of it: the table of a rule, or the minutes of
reviews."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from etl.derive.register import TIMESCALES
from etl.publish.measures import measure_names
from nights.editing import Row, change, copy_as
from nights.loading import WESTMERE, Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

NIGHT = date(2026, 5, 18)
PLANS = "FACT_CARE_PLAN_SUMMARY"


def without_minutes(reviews: list[Row]) -> list[Row]:
    """The same reviews, those of 2026 due but without the date on which they were held."""
    return [
        {**review, "MEETING_DTTM": ""} if review["DUE_DTTM"] >= "2026" else review
        for review in reviews
    ]


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """A night without the table of child in need plans, and without the minutes of this year's
    reviews."""
    folder: Path = tmp_path_factory.mktemp("skipped")
    whole = write_extract(folder / "whole", children=1000, extract_date=NIGHT)
    extract = copy_as(whole, folder, NIGHT.isoformat())
    (extract / f"{PLANS}.csv").unlink()
    change(extract, "FACT_CP_REVIEW", without_minutes)
    council = engine.council(folder / "council", WESTMERE)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    assert "skipped child_in_need_visit" in ran.err
    return council


def test_the_audit_names_the_rule_that_was_skipped_and_what_it_lacked(council: Council) -> None:
    found = council.rows(
        "select detail from audit.observation where observation = 'timescale_skipped'"
    )
    assert found == [("child_in_need_visit: no child_in_need_plan",)]


def test_every_other_rule_yields_obligations(council: Council) -> None:
    found = council.rows("select distinct timescale from warehouse.fact_timescale_obligation")
    assert {name for (name,) in found} == set(TIMESCALES) - {"child_in_need_visit"}


def test_the_measures_of_the_rule_that_was_skipped_are_not_published_and_all_others_are(
    council: Council,
) -> None:
    pair = {f"child_in_need_visit_{ending}" for ending in ("in_practice_pct", "as_recorded_pct")}
    for table in ("monthly_measure", "monthly_measure_by_team"):
        found = council.rows(f"select distinct measure from report.{table}")
        assert not pair & {name for (name,) in found}, table
    found = council.rows("select distinct measure from report.monthly_measure")
    assert {name for (name,) in found} == set(measure_names(tuple(TIMESCALES))) - pair
    described = council.rows("select measure from report.measure")
    assert pair < {name for (name,) in described}


def test_asked_as_known_that_night_or_frozen_they_are_left_out_too(
    council: Council, engine: Engine, tmp_path: Path
) -> None:
    copy = engine.copy(council, tmp_path / "copy")
    asked = command("measures", "--known-on", NIGHT, "--csv", "--warehouse", copy.url)
    assert "child_protection_visit_in_practice_pct" in asked.out
    assert "child_in_need_visit_in_practice_pct" not in asked.out
    assert command("freeze", "2026-04", "--warehouse", copy.url).exit_code == 0
    frozen = "select count(*) from report.monthly_measure where label like '%published' and "
    assert copy.rows(frozen + "measure like 'child_in_need_visit_%'") == [(0,)]
    assert copy.rows(frozen + "measure = 'reviews_in_time_pct'") == [(1,)]
    asked = command("measures", "--known-on", NIGHT, "--warehouse", copy.url)
    assert "The freeze '2026-04 published' says the same." in asked.out


def test_a_review_due_without_a_held_date_awaits_its_record_beside_overdue_and_not_in_time(
    council: Council,
) -> None:
    [(awaiting, overdue, in_time)] = council.rows(
        "select count(*), sum(is_overdue), sum(is_in_time) from report.timescale_obligation "
        "where is_awaiting_record = 1"
    )
    assert awaiting > 0
    assert (overdue, in_time) == (awaiting, 0)


def test_without_minutes_some_reviews_are_overdue_and_await_nothing(council: Council) -> None:
    """Those for which no review was booked at all, and visits: nothing can be waited for."""
    [(others,)] = council.rows(
        "select count(*) from report.timescale_obligation "
        "where is_overdue = 1 and is_awaiting_record = 0"
    )
    assert others > 0
