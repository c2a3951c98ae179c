"""Invented children in the structure of every census year: their rows were written by hand."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nights.agreement import owed
from nights.loading import Council

from doors.agreement import GOLDEN_DOORS
from doors.census import an_authority_of_a_census, conformed

pytestmark = pytest.mark.slow

SAMPLES = GOLDEN_DOORS / "cin_census" / "samples"
YEARS = [str(year) for year in range(2017, 2027)]
COLUMNS = {
    "referral": ["received_date", "closed_date", "source_code", "closure_reason_code",
                 "is_no_further_action", "is_transfer_in"],
    "single_assessment": ["started_date", "authorised_date", "status"],
    "section_47_enquiry": ["started_date", "outcome"],
    "initial_conference": ["held_date", "due_date", "is_transfer_in", "outcome"],
    "child_protection_plan": ["started_date", "ended_date", "initial_category", "latest_category",
                              "plan_number"],
    "child_protection_review": ["held_date"],
    "child_in_need_plan": ["started_date", "ended_date"],
}  # fmt: skip
REVIEWS_OWED = (
    "obligations of child_protection_review (covered_from 1 April; status at the reference date)"
)
CHILD_OF_PLAN = """
select plan.plan_id, identity.case_number from warehouse.fact_child_protection_plan as plan
join restricted.child_identity as identity on identity.child_key = plan.child_key
"""


@cache
def expected() -> dict[str, dict[str, Any]]:
    return json.loads(gzip.decompress((SAMPLES / "expected_samples.json.gz").read_bytes()))


def plain(value: Any) -> Any:
    """As JSON has it."""
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def told(frame: pd.DataFrame, columns: list[str]) -> list[list[Any]]:
    rows = [[plain(value) for value in row] for row in frame[columns].astype(object).to_numpy()]
    return sorted(rows, key=repr)


def with_what_is_derived(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Whether an assessment is completed, and which plan of the child one is, are worked out
    later; the second of what the census says."""
    assessments, plans = found["single_assessment"], found["child_protection_plan"]
    assessments["status"] = (
        assessments["authorised_date"].isna().map({True: "open", False: "completed"})
    )
    plans["plan_number"] = plans["previous_plans"] + 1
    return found


@pytest.mark.parametrize("year", YEARS)
def test_of_every_census_year_the_rows_are_those_written_by_hand(year: str, tmp_path: Path) -> None:
    night = date(int(year), 3, 31)
    census = Path(shutil.copy(SAMPLES / f"{night}.xml", tmp_path))
    found = with_what_is_derived(conformed(census, night))
    children = [
        [child["id"], child["sex"], child["is_unborn"], child["is_disabled"]]
        for child in expected()[year]["child"]
    ]
    assert told(found["child"], ["child", "sex", "is_unborn", "is_disabled"]) == children
    for table, columns in COLUMNS.items():
        written = sorted(expected()[year][table], key=repr)
        assert told(found[table], ["child", *columns]) == written, table


@pytest.mark.parametrize("year", ["2017", "2026"])
def test_the_reviews_owed_are_those_written_by_hand(year: str, tmp_path: Path) -> None:
    night = f"{year}-03-31"
    extract = tmp_path / night
    extract.mkdir()
    shutil.copy(SAMPLES / f"{night}.xml", extract)
    council = Council(tmp_path, an_authority_of_a_census(tmp_path))
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    child_of = dict(council.rows(CHILD_OF_PLAN))
    day = date.fromisoformat(night)
    found = [
        [child_of[plan], sequence, *(each and each.isoformat() for each in dates), status]
        for timescale, plan, sequence, *dates, status in owed(council, day, day)
        if timescale == "child_protection_review"
    ]
    assert sorted(found) == sorted(expected()[year][REVIEWS_OWED])
