"""What is odd and counted as it stands: each oddity has its check, which it alone fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from unit.builders import a_checked_night

from etl.contracts.hand_overs import CHECKS, READING, REPORTED, types_of_no_list
from etl.validate import validate

pytestmark = pytest.mark.catalogue

TWO = [{"IS_CLIENT": "Y"}, {"DIM_PERSON_ID": "2", "IS_CLIENT": "Y"}]
DEAD = [{"DEATH_DTTM": "2014-05-01"}]
GROWN = [{"BIRTH_DTTM": "1996-11-03"}]
NOT_YET_GROWN = [{"BIRTH_DTTM": "1996-11-04"}]
ENDED = {"CARE_END_DATE": "2014-06-02", "CARE_REASON_END_CODE": "E4A"}
LATER_PERIOD = {"FACT_CLA_ID": "2", "START_DTTM": "2014-06-02"}
LATER_EPISODE = {"FACT_CARE_EPISODES_ID": "2", "FACT_CLA_ID": "2", "CARE_START_DATE": "2014-06-02"}
SECOND_PLAN = {"FACT_CP_PLAN_ID": "2", "START_DTTM": "2014-03-03"}


OURS = (
    "two_that_day", "beside_another", "open_after_its_period", "begun_as_another_ended",
    "no_episode_follows", "birth_date_missing", "open_after_death", "open_at_18",
)  # fmt: skip


def reported(folder: Path, **rows: Any) -> set[tuple[str, str, int]]:
    """Table and reason of each check that is reported, and how many rows failed it."""
    night = a_checked_night(folder, **{"FACT_CP_PLAN": [], "FACT_CARE_EPISODES": [], **rows})
    return {
        (check["table_name"], check["reason"], check["rows_failed"])
        for check in CHECKS.read(night.run)
        if check["outcome"] == "failed" and check["action"] == "report"
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"FACT_REFERRALS": [{}, {"FACT_REFERRAL_ID": "2", "REFRL_END_DTTM": "2014-01-06"}]},
         {("referral", "two_that_day", 2)}),
        ({"FACT_CP_PLAN": [{}, SECOND_PLAN]}, {("child_protection_plan", "beside_another", 1)}),
        ({"FACT_CP_PLAN": [{"END_DTTM": "2014-03-03"}, SECOND_PLAN]}, set()),
        ({"FACT_CP_PLAN": [{"IS_OLA": "Y"}, SECOND_PLAN]}, set()),
        ({"FACT_CLA": [{}], "FACT_CARE_EPISODES": [{}], "FACT_CLA_PLACEMENT": [
            {}, {"FACT_CLA_PLACEMENT_ID": "2", "START_DTTM": "2014-02-03"}]},
         {("placement", "beside_another", 1)}),
        ({"FACT_CLA": [{}], "FACT_CARE_EPISODES": [ENDED], "FACT_CLA_PLACEMENT": [{}]},
         {("placement", "open_after_its_period", 1)}),
        ({"FACT_CLA": [{}], "FACT_CARE_EPISODES": [ENDED],
          "FACT_CLA_PLACEMENT": [{"END_DTTM": "2014-06-02"}]}, set()),
        ({"FACT_CLA": [{}, LATER_PERIOD], "FACT_CARE_EPISODES": [ENDED, LATER_EPISODE]},
         {("looked_after_period", "begun_as_another_ended", 1)}),
        ({"FACT_CLA": [{}], "FACT_CARE_EPISODES": [{**ENDED, "CARE_REASON_END_CODE": "X1"}]},
         {("looked_after_period", "no_episode_follows", 1)}),
        ({"DIM_PERSON": [{"BIRTH_DTTM": "", "IS_CLIENT": "Y"}]},
         {("child", "birth_date_missing", 1)}),
        ({"DIM_PERSON": [{"BIRTH_DTTM": "", "IS_CLIENT": "N"}]}, set()),
        ({"DIM_PERSON": DEAD, "FACT_REFERRALS": [{}]}, {("referral", "open_after_death", 1)}),
        ({"DIM_PERSON": DEAD, "FACT_REFERRALS": [{"REFRL_END_DTTM": "2014-05-01"}]}, set()),
        ({"DIM_PERSON": DEAD, "FACT_SINGLE_ASSESSMENT": [{"DIM_LOOKUP_STEP_SUBSTATUS_CODE": "X"}]},
         set()),
        ({"DIM_PERSON": DEAD, "FACT_CLA": [{}], "FACT_CARE_EPISODES": [{}]},
         {("looked_after_period", "open_after_death", 1)}),
        ({"DIM_PERSON": GROWN, "FACT_CP_PLAN": [{}]}, {("child_protection_plan", "open_at_18", 1)}),
        ({"DIM_PERSON": NOT_YET_GROWN, "FACT_CP_PLAN": [{}]}, set()),
        ({"DIM_PERSON": TWO, "FACT_S47": [{"END_DTTM": "2014-01-10"}], "FACT_MEETINGS": [{}],
          "FACT_CP_CONFERENCE": [{"DIM_PERSON_ID": "2", "FACT_S47_ID": "1"}]},
         {("initial_conference", "enquiry_of_another_child", 1)}),
        ({"DIM_PERSON": TWO, "FACT_CP_PLAN": [{}], "FACT_MEETINGS": [{}],
          "FACT_CP_REVIEW": [{"DIM_PERSON_ID": "2", "MEETING_DTTM": "2014-04-01"}]},
         {("child_protection_review", "plan_of_another_child", 1)}),
        ({"DIM_PERSON": TWO, "FACT_REFERRALS": [{}], "FACT_SINGLE_ASSESSMENT": [
            {"DIM_PERSON_ID": "2", "FACT_REFERRAL_ID": "1"}]},
         {("single_assessment", "referral_of_another_child", 1)}),
    ],
)  # fmt: skip
def test_what_is_odd_is_reported_and_its_plain_neighbour_is_not(
    tmp_path: Path, rows: dict[str, Any], expected: set[tuple[str, str, int]]
) -> None:
    found = {
        (table, reason, failed)
        for table, reason, failed in reported(tmp_path, **rows)
        if reason in OURS or reason.endswith("_of_another_child")
    }
    assert found == expected


def handed_over(folder: Path) -> set[tuple[str, str, int, str, str]]:
    """Table, id, number, column and reason of what is reported of three referrals of a child who
    died. Two are of one day; the third cannot be loaded, and is as open as the first."""
    referrals = [
        {},
        {"FACT_REFERRAL_ID": "2", "REFRL_END_DTTM": "2014-01-06"},
        {"FACT_REFERRAL_ID": "3", "REFRL_START_DTTM": "2015-01-01"},
    ]
    night = a_checked_night(folder, FACT_CP_PLAN=[], FACT_CARE_EPISODES=[], DIM_PERSON=DEAD,
                            FACT_REFERRALS=referrals)  # fmt: skip
    failed = {check["reason"]: check["rows_failed"] for check in CHECKS.read(night.run)
              if check["table_name"] == "referral"}  # fmt: skip
    assert (failed["two_that_day"], failed["open_after_death"]) == (2, 2)
    named = ["table_name", "record_id", "record_number", "column_name", "reason"]
    handed = REPORTED.read(night.run)[named].itertuples(index=False, name=None)
    return {row for row in handed if row[4] in OURS}


def test_the_records_that_fail_a_reported_check_and_are_loaded_are_handed_over(
    tmp_path: Path,
) -> None:
    assert handed_over(tmp_path) == {
        ("referral", "1", 1, "is_open_after_death", "open_after_death"),
        ("referral", "1", 1, "is_one_of_two_that_day", "two_that_day"),
        ("referral", "2", 2, "is_one_of_two_that_day", "two_that_day"),
    }


def test_records_of_a_check_that_too_many_fail_are_counted_and_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "MOST_REPORTED", 1)
    assert handed_over(tmp_path) == set()


def test_a_child_who_died_before_a_certain_birth_is_held_back(tmp_path: Path) -> None:
    night = a_checked_night(
        tmp_path,
        DIM_PERSON=[
            {"DEATH_DTTM": "2010-05-05"},
            {"DIM_PERSON_ID": "2", "DEATH_DTTM": "2010-05-04"},
            {"DIM_PERSON_ID": "3", "DEATH_DTTM": "2014-11-04"},
        ],
    )
    assert night.reasons() == {
        ("DIM_PERSON", 2): ("died_before_birth", "is_dead_before_birth"),
        ("DIM_PERSON", 3): ("after_extract_date", "died_date"),
    }


def test_a_child_who_died_or_was_merged_before_the_calendar_begins_is_held_back(
    tmp_path: Path,
) -> None:
    night = a_checked_night(
        tmp_path,
        DIM_PERSON=[
            {"DUPLICATED_DTTM": "1899-12-30"},
            {"DIM_PERSON_ID": "2", "DEATH_DTTM": "1950-01-02", "BIRTH_DTTM": ""},
            {"DIM_PERSON_ID": "3", "DUPLICATED_DTTM": "2014-01-06"},
        ],
        FACT_CP_PLAN=[],
        FACT_CARE_EPISODES=[],
    )
    assert night.reasons() == {
        ("DIM_PERSON", 1): ("before_1990", "merged_date"),
        ("DIM_PERSON", 2): ("before_1990", "died_date"),
    }


def test_visits_of_types_that_no_list_names_are_counted_by_type(tmp_path: Path) -> None:
    """A word that few children have may be a name: it is not shown."""
    types = ["TEL"] * 3 + ["Mr Smith", "SMITH"] + ["STVC", "STVCPCOVID", ""]
    night = a_checked_night(
        tmp_path,
        DIM_PERSON=[{"DIM_PERSON_ID": str(number)} for number in (1, 2, 3)],
        FACT_CASENOTES=[
            {"FACT_CASENOTE_ID": str(number), "DIM_LOOKUP_CASNT_TYPE_ID_CODE": of_type,
             "DIM_PERSON_ID": str(number % 3 + 1)}
            for number, of_type in enumerate(types, start=1)
        ],
    )  # fmt: skip
    reading = READING.read(night.run)
    assert types_of_no_list(reading["codes"]) == [
        ("FACT_CASENOTES", "TEL", 3), ("FACT_CASENOTES", "of few children", 2)
    ]  # fmt: skip
    assert reading["accounts"]["visit"]["outside"] == 6
    page = night.run.page.read_text(encoding="utf-8")
    assert "TEL 3" in page
    assert "SMITH" not in page.upper()
