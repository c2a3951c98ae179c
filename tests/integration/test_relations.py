"""How a row stands to the records around it: each of these is caught by one check, and no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from unit.builders import a_checked_night, a_row

from etl.contracts.hand_overs import CHECKS
from etl.contracts.register import CONFORMED
from etl.settings import EXPECTATIONS
from etl.validate.suites import read_suite

pytestmark = pytest.mark.catalogue

Rows = dict[str, list[dict[str, str]]]
ENDED = {"CARE_END_DATE": "2014-06-02", "CARE_REASON_END_CODE": "E4A"}
A_YEAR = {"START_DTTM": "2014-01-20", "END_DTTM": "2014-06-02"}

# Table of ours and reason; then the records of a child of its own, by table of the source. Ids are
# of that child: '1' stands for its first.
CASES: list[tuple[str, str, Rows]] = [
    ("single_assessment", "started_before_referral", {
        "FACT_REFERRALS": [{}],
        "FACT_SINGLE_ASSESSMENT": [{"FACT_REFERRAL_ID": "1", "START_DTTM": "2014-01-05"}],
    }),
    ("section_47_enquiry", "started_before_referral", {
        "FACT_REFERRALS": [{}],
        "FACT_S47": [{"FACT_REFERRAL_ID": "1", "START_DTTM": "2014-01-05"}],
    }),
    ("child_protection_plan", "started_before_referral", {
        "FACT_REFERRALS": [{"REFRL_START_DTTM": "2014-01-21"}], "FACT_CP_CONFERENCE": [{}],
        "FACT_MEETINGS": [{}],
        "FACT_CP_PLAN": [{"FACT_REFERRAL_ID": "1", "FACT_INITIAL_CP_CONFERENCE_ID": "1"}],
    }),
    ("child_in_need_plan", "started_before_referral", {
        "FACT_REFERRALS": [{}],
        "FACT_CARE_PLAN_SUMMARY": [{"FACT_REFERRAL_ID": "1", "START_DTTM": "2014-01-05"}],
    }),
    ("looked_after_period", "started_before_referral", {
        "FACT_REFERRALS": [{"REFRL_START_DTTM": "2014-01-07"}], "FACT_CARE_EPISODES": [{}],
        "FACT_CLA": [{"FACT_REFERRAL_ID": "1"}],
    }),
    ("looked_after_period", "without_episode", {"FACT_CLA": [{}]}),
    ("child_protection_review", "outside_plan", {
        "FACT_CP_CONFERENCE": [{}], "FACT_MEETINGS": [{}],
        "FACT_CP_PLAN": [{**A_YEAR, "FACT_INITIAL_CP_CONFERENCE_ID": "1"}],
        "FACT_CP_REVIEW": [{"MEETING_DTTM": "2014-06-02"},
                           {"FACT_CP_REVIEW_ID": "2", "MEETING_DTTM": "2014-06-03"}],
    }),
    ("looked_after_review", "outside_period", {
        "FACT_CLA": [{}], "FACT_CARE_EPISODES": [ENDED], "FACT_MEETINGS": [{}],
        "FACT_CLA_REVIEW": [{"MEETING_DTTM": "2014-06-02"},
                            {"FACT_CLA_REVIEW_ID": "2", "MEETING_DTTM": "2014-06-03"}],
    }),
    ("placement", "outside_period", {
        "FACT_CLA": [{}], "FACT_CARE_EPISODES": [ENDED],
        "FACT_CLA_PLACEMENT": [{"START_DTTM": "2014-01-05", "END_DTTM": "2014-06-02"}],
    }),
    ("visit", "outside_plan", {
        "FACT_CP_CONFERENCE": [{}], "FACT_MEETINGS": [{}],
        "FACT_CP_PLAN": [{**A_YEAR, "FACT_INITIAL_CP_CONFERENCE_ID": "1"}],
        "FACT_CASENOTES": [{"EVENT_DTTM": "2014-06-03"}], "FACT_CP_VISIT": [{}],
    }),
    ("visit", "recorded_before_visit", {"FACT_CASENOTES": [{"CREATED_DTTM": "2014-01-26"}]}),
    ("section_47_enquiry", "without_conference", {
        "FACT_S47": [{"END_DTTM": "2014-02-03", "OUTCOME_CP_CONFERENCE_FLAG": "Y"}],
    }),
    ("child_protection_plan", "conference_missing", {"FACT_CP_PLAN": [{}]}),
    ("referral", "closed_with_open", {
        "FACT_REFERRALS": [{"REFRL_END_DTTM": "2014-06-02"}],
        "FACT_S47": [{"FACT_REFERRAL_ID": "1"}],
    }),
]  # fmt: skip
# Both rows of a pair are caught: either may be the wrong one.
PAIRS: list[tuple[str, str, Rows]] = [
    ("single_assessment", "another_open", {
        "FACT_SINGLE_ASSESSMENT": [{}, {"FACT_SINGLE_ASSESSMENT_ID": "2"}, {
            "FACT_SINGLE_ASSESSMENT_ID": "3", "DIM_LOOKUP_STEP_SUBSTATUS_CODE": "X"}],
    }),
    ("looked_after_period", "another_open", {
        "FACT_CLA": [{}, {"FACT_CLA_ID": "2"}],
        "FACT_CARE_EPISODES": [{}, {"FACT_CARE_EPISODES_ID": "2", "FACT_CLA_ID": "2"}],
    }),
]  # fmt: skip


def of_own_child(number: int, rows: Rows) -> Rows:
    """The records with ids that are no other child's."""
    found: Rows = {"DIM_PERSON": [{"DIM_PERSON_ID": str(number)}]}
    for table, each in rows.items():
        found[table] = []
        for fields in each:
            row = a_row(table, **fields)
            ids = {
                name: str(100 * number + int(value))
                for name, value in row.items()
                if name.endswith("_ID") and value.isdigit() and name != "DIM_PERSON_ID"
            }
            person = {"DIM_PERSON_ID": str(number)} if "DIM_PERSON_ID" in row else {}
            found[table].append({**row, **ids, **person})
    return found


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, str]]:
    """How many rows fail each check of a night with all the cases."""
    rows: Rows = {"FACT_CP_PLAN": [], "FACT_CARE_EPISODES": []}
    for number, (_, _, own) in enumerate([*CASES, *PAIRS], start=1):
        for table, each in of_own_child(number, own).items():
            rows.setdefault(table, []).extend(each)
    night = a_checked_night(tmp_path_factory.mktemp("relations"), **rows)
    assert night.reasons() == {}
    found: Counter[tuple[str, str]] = Counter()
    for row in CHECKS.read(night.run):
        if row["table_name"] not in ("extract", "columns") and row["outcome"] == "failed":
            found[row["table_name"], row["reason"]] += row["rows_failed"]
    return found


@pytest.mark.parametrize(("table", "reason", "rows"), CASES)
def test_what_does_not_fit_the_records_around_it_is_caught(failed, table, reason, rows):
    assert failed[table, reason] == 1


@pytest.mark.parametrize(("table", "reason", "rows"), PAIRS)
def test_of_two_that_are_open_at_once_both_are_caught(failed, table, reason, rows):
    assert failed[table, reason] == 2


def test_each_is_caught_by_its_own_check_alone(failed):
    expected = Counter({(table, reason): 1 for table, reason, _ in CASES})
    expected.update({(table, reason): 2 for table, reason, _ in PAIRS})
    assert failed == expected


SUITES = ("extract", "columns", *(table.name for table in CONFORMED))


def entries() -> list[tuple[str, dict[str, Any]]]:
    return [(name, each["meta"]) for name in SUITES for each in read_suite(name)["expectations"]]


def test_every_check_says_why_it_is_made_and_what_to_do_where_it_fails():
    for name, meta in entries():
        for part in ("says", "why", "do"):
            assert str(meta.get(part, "")).endswith("."), (name, meta["reason"], part)


def test_every_file_of_checks_is_of_a_suite():
    assert {Path(each).stem for each in EXPECTATIONS.glob("*.json")} <= set(SUITES)
