"""What an extract lacks is said, and nothing is made of it: the table of a rule, or the minutes of
reviews."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from etl.derive.register import TIMESCALES
from nights.editing import Row, change, copy_as
from nights.loading import WESTMERE, Council, Engine

pytestmark = pytest.mark.slow

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


def test_the_measures_of_the_rule_that_was_skipped_have_no_value(council: Council) -> None:
    found = council.rows(
        "select count(*), count(value) from report.monthly_measure "
        "where measure like 'child_in_need_visit_%'"
    )
    assert found == [(50, 0)]


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
