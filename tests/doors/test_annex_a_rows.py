"""What the lists of Annex A become where several say something of one child or record."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nights.bad.judging import Night, judge
from nights.marking import LIMITS
from unit.builders import an_authority_file

from doors.workbooks import a_workbook

pytestmark = pytest.mark.slow

REFERRED = "Date of referral"
BEGAN, CLOSED = "CIN Start Date", "CIN Closure Date"
ENQUIRY = "Strategy discussion initiating Section 47 Enquiry Start Date"
CONFERENCE = "Date of Initial Child Protection Conference"
RESULT = "Did the Initial Child Protection Conference Result in a Child Protection Plan"
LOOKED_AFTER, CEASED = "Date Started to be Looked After", "Date Ceased to be Looked After"
LISTS: dict[int, list[dict[str, Any]]] = {
    1: [{"Date of Contact": date(2014, 6, 5), "Gender": None, "Ethnicity": "#N/A"}],
    3: [
        {REFERRED: date(2014, 6, 5), "Allocated Team": "East", "Allocated Worker": "A. Person"},
        {REFERRED: date(2014, 6, 6), "Allocated Team": "#N/A", "Allocated Worker": "A. Person"},
        {"Child Unique ID": 1002, REFERRED: date(2014, 6, 5), "Allocated Team": "East"},
    ],
    4: [{"Continuous Assessment Start Date": date(2014, 6, 5), "Gender": "a) Male",
         "Ethnicity": "k) APKN", "Does the Child have a Disability": "a) Yes"}],
    5: [
        {ENQUIRY: date(2014, 7, 1), CONFERENCE: date(2014, 7, 15), RESULT: "a) Yes"},
        {ENQUIRY: date(2014, 8, 1), CONFERENCE: date(2014, 8, 15), RESULT: "b) No"},
        {ENQUIRY: date(2014, 9, 1), "Does the Child have a Disability": "Autism"},
        {ENQUIRY: date(2014, 9, 2), RESULT: "when the panel met"},
    ],
    6: [{BEGAN: date(2014, 6, 5), CLOSED: "20/06/2014", "Primary Need Code": "n4 - Stress",
         "Reason for Closure": "RC8: Assessed"},
        {"Child Unique ID": None, BEGAN: date(2014, 6, 5)}, {BEGAN: "in June"}],
    7: [{"Child Protection Plan Start Date": date(2014, 7, 15),
         "Number of Previous Child Protection Plans": 2,
         "Date of latest review conference": date(2014, 10, 1)}],
    8: [{LOOKED_AFTER: date(2014, 7, 1), CEASED: date(2014, 9, 1),
         "Reason Ceased to be Looked After": "g) E4A: Returned home",
         "Start Date of Most Recent Placement": date(2014, 8, 1),
         "Date of Last Social Work Visit": date(2014, 8, 20),
         "Placement Type": "d) U4: Foster placement - long term",
         "Child's Legal Status": "V4: short breaks"}],
}  # fmt: skip


def a_night(folder: Path, lists: dict[int, list[dict[str, Any]]]) -> Night:
    """That of a workbook with these records, of which none is held back."""
    authority = an_authority_file(folder, LIMITS)
    said = authority.read_text(encoding="utf-8").replace('"liquidlogic_files"', '"annex_a"')
    authority.write_text(said, encoding="utf-8")
    judged = judge(a_workbook(folder / "2014-11-03.xlsx", lists), authority)
    assert judged.exit_code == 0, judged.message
    assert judged.held == {}
    return judged


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return a_night(tmp_path_factory.mktemp("rows"), LISTS)


def values(night: Night, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of the rows, in their order; dates as ISO text, what is empty as None."""
    frame = night.conformed[table].sort_values("record_number")[list(columns)]
    return [
        tuple(None if pd.isna(value) else str(value).removesuffix(" 00:00:00") for value in row)
        for row in frame.itertuples(index=False)
    ]


def test_of_a_child_the_first_list_counts_that_says_anything(night: Night) -> None:
    said = values(night, "child", "sex", "ethnicity_code", "birth_month", "is_disabled")
    # The second child's list says nothing of disability, and so is nothing known.
    assert said == [("F", "WBRI", "2010-03-01", "True"), ("F", "WBRI", "2010-03-01", None)]


def test_a_referral_is_closed_by_the_episode_of_its_child_and_day_alone(night: Night) -> None:
    columns = ("received_date", "closed_date", "need_code", "closure_reason_code")
    assert values(night, "referral", *columns) == [
        ("2014-06-05", "2014-06-20", "N4", "RC8"),
        ("2014-06-06", None, None, None),
        ("2014-06-05", None, None, None),
    ]


def test_a_team_is_known_by_its_name_and_nobody_by_an_error(night: Night) -> None:
    teams = [team for (team,) in values(night, "referral", "team_id")]
    assert teams[0] == teams[2] != teams[1] is None
    assert values(night, "team", "name") == [("East",)]
    workers = [worker for (worker,) in values(night, "referral", "worker_token")]
    assert workers[0] == workers[1] != workers[2] is None


def test_an_enquiry_and_its_conference_come_of_one_row(night: Night) -> None:
    enquiries = values(night, "section_47_enquiry", "enquiry_id", "outcome")
    assert [outcome for _, outcome in enquiries] == [
        "initial_conference", "initial_conference", None, None,
    ]  # fmt: skip
    conferences = values(night, "initial_conference", "enquiry_id", "held_date", "outcome")
    assert conferences == [
        (enquiries[0][0], "2014-07-15", "child_protection_plan"),
        (enquiries[1][0], "2014-08-15", "no_further_action"),
    ]


def test_the_latest_review_is_a_date_of_its_plan_and_no_review(night: Night) -> None:
    columns = ("previous_plans", "latest_review_date", "latest_visit_date")
    assert values(night, "child_protection_plan", *columns) == [("2", "2014-10-01", None)]
    assert night.conformed["child_protection_review"].empty
    assert night.conformed["visit"].empty


def test_a_period_of_care_has_one_episode_as_long_as_it_and_its_latest_placement(
    night: Night,
) -> None:
    [(period,)] = values(night, "looked_after_period", "looked_after_id")
    episode = ("looked_after_id", "started_date", "ended_date", "end_reason_code",
               "own_legal_status_code")  # fmt: skip
    assert values(night, "care_episode", *episode) == [
        (period, "2014-07-01", "2014-09-01", "E4A", "V4")
    ]
    placement = ("looked_after_id", "started_date", "ended_date", "placement_type_code",
                 "latest_visit_date")  # fmt: skip
    assert values(night, "placement", *placement) == [
        (period, "2014-08-01", "2014-09-01", "U4", "2014-08-20")
    ]


def test_what_no_table_of_ours_holds_is_counted(night: Night) -> None:
    assert night.reading is not None
    assert night.reading["noted"] == [
        ["flag_in_words", "LIST_5: Does the Child have a Disability", 1],
        ["flag_in_words", f"LIST_5: {RESULT}", 1],
        ["record_without_child", "LIST_6", 1],
        ["start_not_read", "LIST_6", 1],
    ]


def test_where_no_enquiry_came_to_a_conference_and_no_child_is_placed_there_is_none(
    tmp_path: Path,
) -> None:
    lists = {5: [{ENQUIRY: date(2014, 7, 1)}], 8: [{LOOKED_AFTER: date(2014, 7, 1)}]}
    conformed = a_night(tmp_path, lists).conformed
    assert len(conformed["section_47_enquiry"]) == len(conformed["looked_after_period"]) == 1
    assert conformed["initial_conference"].empty
    assert conformed["placement"].empty


def test_lists_of_nobody_are_a_night_too(tmp_path: Path) -> None:
    assert a_night(tmp_path, {}).conformed["child"].empty
