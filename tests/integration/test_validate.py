"""Which rows are held back and why, what is counted and loaded all the same, what stops a night."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from unit.builders import (
    KEY,
    Checked,
    a_checked_night,
    a_conformed_night,
    read,
)

from etl.contracts.child import CHILD_TABLE
from etl.contracts.hand_overs import (
    CHECKS,
    CONFORMED_TABLES,
    DOUBTFUL,
    HELD_BACK,
    PASSED,
    PREVIOUS,
    PREVIOUS_CHILDREN,
    READING,
    REJECTED,
    REJECTED_COLUMNS,
)
from etl.errors import NightStopped
from etl.night.relied_on import relied_on
from etl.privacy.pseudonym import Pseudonyms
from etl.run import Run
from etl.validate import suites
from etl.validate.validate import validate

SECRET = "PII-VALUE"
TODAY, LATER = "2014-11-03", "2014-11-04"
GOOD: list[dict[str, str]] = [{"FACT_REFERRAL_ID": "7"}]

# Each row: source table, its fields, and the reason and column it is held back for (or None).
CASES: list[tuple[str, str, dict[str, str], tuple[str, str] | None]] = [
    ("a row that fits", "FACT_CONTACTS", {}, None),
    ("no id", "FACT_CONTACTS", {"FACT_CONTACT_ID": ""}, ("id_missing", "contact_id")),
    ("no child", "FACT_CONTACTS", {"FACT_CONTACT_ID": "2", "DIM_PERSON_ID": "-1"},
     ("child_missing", "child_token")),
    ("a child that is not there", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "3", "DIM_PERSON_ID": "404"}, ("child_unknown", "is_child_known")),
    ("the child of a row held back", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "4", "DIM_PERSON_ID": "30"}, ("child_unknown", "is_child_known")),
    ("a merged child", "FACT_CONTACTS", {"FACT_CONTACT_ID": "5", "DIM_PERSON_ID": "8"}, None),
    ("no date that places it", "FACT_CONTACTS", {"FACT_CONTACT_ID": "6", "CONTACT_DTTM": "NULL"},
     ("received_date_missing", "received_date")),
    ("a child's id with an exponent", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "12", "DIM_PERSON_ID": "1.2E+03"}, ("unreadable", "child_token")),
    ("an id with a decimal mark", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "13.0"}, ("unreadable", "contact_id")),
    ("a family that is nothing", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "14", "DIM_LOOKUP_FAMILYOFRESIDENCE_ID": "NaN"}, None),
    ("a family that cannot be read", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "15", "DIM_LOOKUP_FAMILYOFRESIDENCE_ID": "-1.0"},
     ("unreadable", "contact_family_token")),
    ("at a time of day that does not exist", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "16", "CONTACT_DTTM": "2014-01-06 25:61"},
     ("unreadable", "received_date")),
    ("300 days before a certain birth", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "17", "DIM_PERSON_ID": "10", "CONTACT_DTTM": "2013-08-05"}, None),
    ("301 days before a certain birth", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "18", "DIM_PERSON_ID": "10", "CONTACT_DTTM": "2013-08-04"},
     ("long_before_birth", "is_long_before_birth")),
    ("long before an expected birth", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "19", "DIM_PERSON_ID": "9", "CONTACT_DTTM": "2013-01-07"}, None),
    ("of a child born before 1900", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "20", "DIM_PERSON_ID": "40"}, ("child_unknown", "is_child_known")),
    ("a date that is none", "FACT_CONTACTS", {"FACT_CONTACT_ID": "7", "CONTACT_DTTM": SECRET},
     ("unreadable", "received_date")),
    ("a flag that is none", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "8", "OUTCOME_NFA_FLAG": SECRET}, ("unreadable", "is_no_further_action")),
    ("on the extract date", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "9", "CONTACT_DTTM": f"{TODAY} 23:59:59.997"}, None),
    ("after the extract date", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "10", "CONTACT_DTTM": LATER}, ("after_extract_date", "received_date")),
    ("before the calendar begins", "FACT_CONTACTS",
     {"FACT_CONTACT_ID": "11", "CONTACT_DTTM": "1989-12-31"}, ("before_1990", "received_date")),
    ("a repeat", "FACT_CONTACTS", {}, None),
    ("one of two with one id", "FACT_REFERRALS",
     {"FACT_REFERRAL_ID": "1", "REFRL_END_DTTM": "2014-02-01"}, ("id_shared", "referral_id")),
    ("the other of two with one id", "FACT_REFERRALS", {"FACT_REFERRAL_ID": "1"},
     ("id_shared", "referral_id")),
    ("ends before it starts", "FACT_REFERRALS",
     {"FACT_REFERRAL_ID": "2", "REFRL_END_DTTM": "2014-01-05"},
     ("closed_before_received", "closed_date")),
    ("ends as it starts", "FACT_REFERRALS",
     {"FACT_REFERRAL_ID": "3", "REFRL_END_DTTM": "2014-01-06"}, None),
    ("ends after the extract date", "FACT_REFERRALS",
     {"FACT_REFERRAL_ID": "4", "REFRL_END_DTTM": LATER}, ("after_extract_date", "closed_date")),
    ("a team and worker that are not there", "FACT_REFERRALS",
     {"FACT_REFERRAL_ID": "5", "DIM_DEPARTMENT_ID": "77", "DIM_WORKER_ID": "77"}, None),
    ("a code that nobody knows", "FACT_REFERRALS",
     {"FACT_REFERRAL_ID": "6", "DIM_LOOKUP_CATEGORY_OF_NEED_CODE": "ours"}, None),
    ("a draft", "FACT_SINGLE_ASSESSMENT", {"DIM_LOOKUP_STEP_SUBSTATUS_CODE": "D"}, None),
    ("cancelled", "FACT_SINGLE_ASSESSMENT",
     {"FACT_SINGLE_ASSESSMENT_ID": "2", "DIM_LOOKUP_STEP_SUBSTATUS_CODE": "X"}, None),
    ("of a referral that is not there", "FACT_SINGLE_ASSESSMENT",
     {"FACT_SINGLE_ASSESSMENT_ID": "3", "FACT_REFERRAL_ID": "404"}, None),
    ("authorised in no date's words", "FACT_SINGLE_ASSESSMENT",
     {"FACT_SINGLE_ASSESSMENT_ID": "4", "FACT_FORM_ID": "4"}, ("unreadable", "authorised_date")),
    ("authorised before it started", "FACT_SINGLE_ASSESSMENT",
     {"FACT_SINGLE_ASSESSMENT_ID": "5", "FACT_FORM_ID": "5"},
     ("authorised_before_started", "authorised_date")),
    ("authorised after the extract date", "FACT_SINGLE_ASSESSMENT",
     {"FACT_SINGLE_ASSESSMENT_ID": "6", "FACT_FORM_ID": "6"},
     ("after_extract_date", "authorised_date")),
    ("completed before it started", "FACT_S47", {"END_DTTM": "2014-01-05"},
     ("completed_before_started", "completed_date")),
    ("held after the extract date", "FACT_CP_CONFERENCE", {"FACT_MEETING_ID": "1"},
     ("after_extract_date", "happened_date")),
    ("booked after the extract date and cancelled", "FACT_CP_CONFERENCE",
     {"FACT_CP_CONFERENCE_ID": "2", "FACT_MEETING_ID": "2"}, None),
    ("a disputed meeting", "FACT_CP_CONFERENCE",
     {"FACT_CP_CONFERENCE_ID": "3", "FACT_MEETING_ID": "3"},
     ("looked_up_held_back", "held_date")),
    ("due after the extract date", "FACT_CP_CONFERENCE",
     {"FACT_CP_CONFERENCE_ID": "4", "FACT_MEETING_ID": "4", "DUE_DTTM": "2015-02-01"}, None),
    ("of a meeting that is not there", "FACT_CP_CONFERENCE",
     {"FACT_CP_CONFERENCE_ID": "5", "FACT_MEETING_ID": "404"}, None),
    ("a plan of another authority", "FACT_CP_PLAN", {"IS_OLA": "Y"}, None),
    ("a plan that ends before it starts", "FACT_CP_PLAN",
     {"FACT_CP_PLAN_ID": "2", "END_DTTM": "2014-01-19"}, ("ended_before_started", "ended_date")),
    ("a review without a held date", "FACT_CP_REVIEW", {"DUE_DTTM": "2014-04-20"}, None),
    ("a review held after the extract date", "FACT_CP_REVIEW",
     {"FACT_CP_REVIEW_ID": "2", "MEETING_DTTM": LATER, "FACT_MEETING_ID": "4"},
     ("after_extract_date", "happened_date")),
    ("a cancelled review booked after the extract date", "FACT_CP_REVIEW",
     {"FACT_CP_REVIEW_ID": "3", "MEETING_DTTM": LATER, "FACT_MEETING_ID": "2"}, None),
    ("a review on the plan's start day", "FACT_CP_REVIEW",
     {"FACT_CP_REVIEW_ID": "4", "MEETING_DTTM": "2014-01-20", "FACT_MEETING_ID": "4"}, None),
    ("a review of a plan that is not there", "FACT_CP_REVIEW",
     {"FACT_CP_REVIEW_ID": "5", "FACT_CP_PLAN_ID": "404", "FACT_MEETING_ID": "4"}, None),
    ("a visit to a child on a plan before an expected birth", "FACT_CASENOTES",
     {"DIM_PERSON_ID": "9"}, None),
    ("a visit to a child on a plan before a certain birth", "FACT_CASENOTES",
     {"FACT_CASENOTE_ID": "2", "DIM_PERSON_ID": "10"}, None),
    ("a visit to a looked after child before a certain birth", "FACT_CASENOTES",
     {"FACT_CASENOTE_ID": "3", "DIM_PERSON_ID": "10", "DIM_LOOKUP_CASNT_TYPE_ID_CODE": "STVL"},
     ("before_birth", "is_care_before_birth")),
    ("a visit after the extract date", "FACT_CASENOTES",
     {"FACT_CASENOTE_ID": "4", "EVENT_DTTM": LATER}, ("after_extract_date", "visited_date")),
    ("a visit recorded after the extract date", "FACT_CASENOTES",
     {"FACT_CASENOTE_ID": "5", "CREATED_DTTM": LATER}, ("after_extract_date", "recorded_date")),
    ("a casenote of another kind without a child", "FACT_CASENOTES",
     {"FACT_CASENOTE_ID": "6", "DIM_LOOKUP_CASNT_TYPE_ID_CODE": "TEL", "DIM_PERSON_ID": ""}, None),
    ("a visit years before a certain birth", "FACT_CASENOTES",
     {"FACT_CASENOTE_ID": "7", "DIM_PERSON_ID": "10", "EVENT_DTTM": "1990-01-08"},
     ("long_before_birth", "is_long_before_birth")),
    ("a visit years before a birth that is not sure", "FACT_CASENOTES",
     {"FACT_CASENOTE_ID": "8", "DIM_PERSON_ID": "42", "EVENT_DTTM": "2011-01-10"}, None),
    ("a legal status before a certain birth", "FACT_LEGAL_STATUS",
     {"FACT_LEGAL_STATUS_ID": "3", "DIM_PERSON_ID": "10"},
     ("before_birth", "is_before_certain_birth")),
    ("a review due long before a certain birth", "FACT_CP_REVIEW",
     {"FACT_CP_REVIEW_ID": "6", "DIM_PERSON_ID": "10", "DUE_DTTM": "2012-04-20",
      "FACT_MEETING_ID": "4"}, ("long_before_birth", "is_long_before_birth")),
    ("a cancelled review due long before a certain birth", "FACT_CP_REVIEW",
     {"FACT_CP_REVIEW_ID": "7", "DIM_PERSON_ID": "10", "DUE_DTTM": "2012-04-20",
      "FACT_MEETING_ID": "2"}, None),
    ("care before a certain birth", "FACT_CLA", {"DIM_PERSON_ID": "10"},
     ("before_birth", "is_before_certain_birth")),
    ("a period that ends before it starts", "FACT_CLA",
     {"FACT_CLA_ID": "2", "START_DTTM": "2014-03-01"},
     ("ended_before_started", "last_episode_ended_date")),
    ("an episode of another day before a certain birth", "FACT_CARE_EPISODES",
     {"DIM_PERSON_ID": "10"}, ("before_birth", "is_before_certain_birth")),
    ("an episode that ended", "FACT_CARE_EPISODES",
     {"FACT_CARE_EPISODES_ID": "2", "FACT_CLA_ID": "2", "CARE_END_DATE": "2014-02-01",
      "CARE_REASON_END_CODE": "E4A"}, None),
    ("a placement that ends before it starts", "FACT_CLA_PLACEMENT",
     {"END_DTTM": "2014-01-05"}, ("ended_before_started", "ended_date")),
    ("a review of care before a certain birth", "FACT_CLA_REVIEW",
     {"DIM_PERSON_ID": "10", "MEETING_DTTM": "2014-01-20", "FACT_MEETING_ID": "4"},
     ("before_birth", "is_before_certain_birth")),
    ("a legal status that is to end", "FACT_LEGAL_STATUS", {"END_DTTM": "2015-06-01"}, None),
    ("a legal status that ends before it starts", "FACT_LEGAL_STATUS",
     {"FACT_LEGAL_STATUS_ID": "2", "END_DTTM": "2014-01-05"},
     ("ended_before_started", "ended_date")),
    ("early help in the future", "FACT_CAF_EPISODE", {"EPISODE_START_DTTM": LATER},
     ("after_extract_date", "started_date")),
]  # fmt: skip
CHILDREN = [
    {}, {"DIM_PERSON_ID": "8", "DUPLICATED_DTTM": "2014-05-01"},
    {"DIM_PERSON_ID": "9", "BIRTH_DTTM": "2015-01-01", "DOB_ESTIMATED": "Y"},
    {"DIM_PERSON_ID": "10", "BIRTH_DTTM": "2014-06-01"},
    {"DIM_PERSON_ID": "30", "BIRTH_DTTM": LATER},
    {"DIM_PERSON_ID": ""},
    {"DIM_PERSON_ID": "31", "BIRTH_DTTM": SECRET},
    {"DIM_PERSON_ID": "32", "GENDER_MAIN_CODE": "F"},
    {"DIM_PERSON_ID": "32", "GENDER_MAIN_CODE": "M"},
    {"DIM_PERSON_ID": "33", "BIRTH_DTTM": "2010-05-05"},
    {"DIM_PERSON_ID": "33", "BIRTH_DTTM": "2010-05-06"},
    {"DIM_PERSON_ID": "34"}, {"DIM_PERSON_ID": "34", "DUPLICATED_DTTM": "2014-05-01"},
    {"DIM_PERSON_ID": "40", "BIRTH_DTTM": "1899-12-31"}, {"DIM_PERSON_ID": "1.2E+03"},
    {"DIM_PERSON_ID": "41", "BIRTH_DTTM": "0001-01-01"},
    {"DIM_PERSON_ID": "42", "BIRTH_DTTM": "2013-12-01", "DOB_ESTIMATED": "Y"},
    {"DIM_PERSON_ID": "43", "BIRTH_DTTM": "1900-01-02"},
    {"DIM_PERSON_ID": "-7", "GENDER_MAIN_CODE": "M"},
]  # fmt: skip
LOOKED_UP: dict[str, Any] = {
    "FACT_FORM_ANSWERS": [
        {"FACT_FORM_ID": "4", "ANSWER": SECRET}, {"FACT_FORM_ID": "5", "ANSWER": "2014-01-05"},
        {"FACT_FORM_ID": "6", "ANSWER": "04/11/2014"},
    ],
    "FACT_MEETINGS": [
        {"FACT_MEETING_ID": "1", "ACTUAL_DTTM": LATER},
        {"FACT_MEETING_ID": "2", "ACTUAL_DTTM": LATER, "CANCELLED": "Y"},
        {"FACT_MEETING_ID": "3", "ACTUAL_DTTM": "2014-01-20"},
        {"FACT_MEETING_ID": "3", "ACTUAL_DTTM": "2014-01-27"},
        {"FACT_MEETING_ID": "4"},
    ],
}  # fmt: skip


def numbered() -> list[tuple[str, str, int, tuple[str, str] | None]]:
    """Each case with the number of its record."""
    count: dict[str, int] = {}
    found = []
    for says, table, _, expected in CASES:
        count[table] = count.get(table, 0) + 1
        found.append((says, table, count[table], expected))
    return found


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """One night with all the cases."""
    rows: dict[str, list[dict[str, str]]] = {}
    for _, table, fields, _ in CASES:
        rows.setdefault(table, []).append(fields)
    folder = tmp_path_factory.mktemp("cases")
    return a_checked_night(folder, DIM_PERSON=CHILDREN, **rows, **LOOKED_UP)


@pytest.mark.parametrize(("says", "table", "record", "expected"), numbered())
def test_what_must_happen_to_a_row(night, says, table, record, expected):
    assert night.reasons().get((table, record)) == expected, says


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (1, None), (2, None), (3, None), (4, None),
        (5, ("born_after_extract_date", "is_born_after_extract")),
        (6, ("id_missing", "child_token")),
        (7, ("unreadable", "birth_month")),
        (8, ("child_disputed", "sex")), (9, ("child_disputed", "sex")),
        # Two dates of birth in one month: the day is not kept, but it is content.
        (10, ("child_disputed", "birth_month")), (11, ("child_disputed", "birth_month")),
        # One of them was merged into another record: no words about one child.
        (12, ("id_shared", "child_token")), (13, ("id_shared", "child_token")),
        (14, ("born_before_1900", "is_born_before_1900")), (15, ("unreadable", "child_token")),
        (16, ("born_before_1900", "is_born_before_1900")), (17, None), (18, None),
        (19, ("id_missing", "child_token")),
    ],
)  # fmt: skip
def test_what_must_happen_to_a_child(night, record, expected):
    assert night.reasons().get(("DIM_PERSON", record)) == expected


def test_a_child_in_the_extract_twice_is_loaded_without_what_its_records_differ_in(night):
    children = night.table("passed", "child").set_index("child_token")
    tokens = Pseudonyms(KEY, "874").tokens(pd.Series(["32", "33"]), "child")
    sex, birth = (children.loc[token] for token in tokens)
    assert pd.isna(sex["sex"])
    assert f"{sex['birth_month']:%Y-%m}" == "2010-05"
    assert birth["sex"] == "F"
    # Both days lie in the month that is kept.
    assert f"{birth['birth_month']:%Y-%m}" == "2010-05"


def test_rows_held_back_and_rows_passed_are_all_the_rows(night):
    accounts = READING.read(night.run)["accounts"]
    for name, account in accounts.items():
        passed = len(night.table("passed", name))
        held = int((REJECTED.read(night.run)["table_name"] == name).sum())
        assert account["rows"] == account["repeats"] + account["outside"] + passed + held, name


def test_no_value_is_in_what_was_rejected_in_the_checks_or_on_the_page(night):
    written = [REJECTED.at(night.run), CHECKS.at(night.run), night.run.page]
    for path in written:
        assert SECRET.encode() not in path.read_bytes()
    # What the audit takes of it; the rest is for ``restricted``.
    assert [column.name for column in REJECTED_COLUMNS] == [
        "table_name", "source_table", "record_number", "column_name", "reason",
    ]  # fmt: skip
    assert SECRET not in pd.read_parquet(REJECTED.at(night.run)).astype(str).to_csv()


def checks(night: Checked) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = CHECKS.read(night.run)
    return {(row["table_name"], row["reason"], row["column_name"]): row for row in found}


@pytest.mark.parametrize(
    ("table", "reason", "column", "failed"),
    [
        ("referral", "team_unknown", "is_team_known", 1),
        ("referral", "worker_unknown", "is_worker_known", 1),
        ("referral", "code_unknown", "need_code", 1),
        ("single_assessment", "referral_unknown", "is_referral_known", 1),
        ("child_protection_review", "plan_unknown", "is_plan_known", 1),
        ("child_protection_review", "on_plan_start_day", "is_on_start_day", 1),
    ],
)
def test_what_is_odd_and_loaded_is_counted(night, table, reason, column, failed):
    check = checks(night)[table, reason, column]
    assert (check["action"], check["rows_failed"]) == ("report", failed)


def test_a_check_without_a_row_to_judge_is_not_applicable(night):
    assert checks(night)["worker", "team_unknown", "is_team_known"]["outcome"] == "not_applicable"


def test_the_page_names_the_authority_and_the_night(night):
    page = night.run.page.read_text(encoding="utf-8")
    assert "Anyshire" in page
    assert "<script src" not in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_an_earlier_referral_still_open_is_reported(night):
    check = checks(night)["referral", "earlier_referral_open", "is_earlier_referral_open"]
    assert (check["action"], check["outcome"]) == ("report", "failed")


def test_a_night_on_which_most_tables_are_empty_can_be_checked(tmp_path):
    night = a_conformed_night(tmp_path)
    validate(night.run, read(night.run.authority_file), relied_on())
    assert night.reasons() == {}


def stopped(folder: Path, change: Callable[[Run], None], more: str = "", **rows: Any) -> str:
    """Why the checks stop a night; change: what to do to its work folder first."""
    rows = {"FACT_CP_PLAN": [{}], "FACT_CARE_EPISODES": [{"CARE_END_DATE": "2014-06-02"}], **rows}
    night = a_conformed_night(folder, more, **rows)
    change(night.run)
    with pytest.raises(NightStopped) as error:
        validate(night.run, read(night.run.authority_file), relied_on())
    assert error.value.exit_code == 3
    return str(error.value)


def nothing(run: Run) -> None:
    """The work folder of a first night."""


def test_more_than_five_percent_of_a_tables_rows_held_back_stop_the_night(tmp_path):
    rows = [{"FACT_CONTACT_ID": str(number)} for number in range(18)]
    said = stopped(tmp_path, nothing, FACT_CONTACTS=[*rows, {"FACT_CONTACT_ID": ""}])
    assert "contact" in said


def loaded_before(rows: int, *tokens: str) -> Callable[[Run], None]:
    """A last load with so many referrals, and these children beside tonight's."""

    def change(run: Run) -> None:
        columns = [column.name for column in PREVIOUS_CHILDREN.columns]
        tonight = CONFORMED_TABLES.read(run, CHILD_TABLE)[columns]
        others = pd.DataFrame({"child_token": [*tokens, "nobody of tonight"]})
        others = others.reindex(columns=columns).astype(tonight.dtypes.to_dict())
        same = tonight[tonight["child_token"].isin(tokens)] if tokens else tonight
        known = pd.concat([same, others], ignore_index=True)
        PREVIOUS.write(run, {"run_id": "874-2014-11-02-aaaaaa", "rows": {"referral": rows}})
        PREVIOUS_CHILDREN.write(run, known)

    return change


def test_a_table_that_lost_more_than_a_fifth_of_its_rows_stops_the_night(tmp_path):
    rows = [{"FACT_REFERRAL_ID": str(number)} for number in range(7)]
    assert "referral" in stopped(tmp_path, loaded_before(9), FACT_REFERRALS=rows)


def test_children_of_whom_neither_birth_nor_sex_is_known_are_those_of_the_last_load(tmp_path):
    nobody = {"BIRTH_DTTM": "", "GENDER_MAIN_CODE": ""}
    night = a_conformed_night(
        tmp_path,
        "[limits]\nstale_days = 400",
        FACT_REFERRALS=GOOD,
        FACT_CP_PLAN=[{}],
        FACT_CARE_EPISODES=[{"CARE_END_DATE": "2014-06-02"}],
        DIM_PERSON=[nobody, {**nobody, "DIM_PERSON_ID": "2"}],
    )
    loaded_before(1)(night.run)
    validate(night.run, read(night.run.authority_file), relied_on())


def test_what_was_held_back_before_the_check_is_begun_again_is_judged_anew(tmp_path):
    night = a_conformed_night(tmp_path)
    conformed = CONFORMED_TABLES.read(night.run, CHILD_TABLE)
    numbered = conformed.assign(row=range(len(conformed)))
    HELD_BACK.write(night.run, CHILD_TABLE, numbered)
    DOUBTFUL.write(night.run, CHILD_TABLE, numbered)
    assert not PASSED.rows(night.run, CHILD_TABLE)
    validate(night.run, read(night.run.authority_file), relied_on())
    assert not DOUBTFUL.has(night.run, CHILD_TABLE)
    assert len(PASSED.read(night.run, CHILD_TABLE)) == len(conformed)
    assert PASSED.rows(night.run, CHILD_TABLE) == len(conformed)


def test_another_councils_children_stop_the_night(tmp_path):
    said = stopped(tmp_path, loaded_before(1, "another", "third"), FACT_REFERRALS=GOOD)
    assert "child" in said


def test_at_its_limits_a_night_goes_on(tmp_path):
    contacts = [
        {"FACT_CONTACT_ID": str(number), "CONTACT_DTTM": "2014-10-27"} for number in range(1, 20)
    ]
    night = a_conformed_night(
        tmp_path,
        FACT_CONTACTS=[*contacts, {"FACT_CONTACT_ID": ""}],
        FACT_REFERRALS=[{"FACT_REFERRAL_ID": str(number)} for number in range(1, 9)],
        FACT_CP_PLAN=[{}],
        FACT_CARE_EPISODES=[{"CARE_END_DATE": "2014-06-02"}],
        DIM_PERSON=[{}, {"DIM_PERSON_ID": "2"}],
    )
    tokens = night.table("conformed", "child")["child_token"].tolist()
    loaded_before(10, tokens[0], "another")(night.run)
    validate(night.run, read(night.run.authority_file), relied_on())


def test_the_limits_are_the_authoritys_own(tmp_path):
    limits = "[limits]\nrows_held_back_percent = 60\nrows_lost_percent = 90\n"
    night = a_conformed_night(
        tmp_path,
        limits + "children_shared_percent = 0\nstale_days = 400",
        FACT_CONTACTS=[{}, {"FACT_CONTACT_ID": ""}],
        FACT_REFERRALS=GOOD,
        FACT_CP_PLAN=[{}],
        FACT_CARE_EPISODES=[{"CARE_END_DATE": "2014-06-02"}],
    )
    loaded_before(5, "another", "third")(night.run)
    validate(night.run, read(night.run.authority_file), relied_on())


def test_an_expectation_that_cannot_be_run_stops_the_night(tmp_path, monkeypatch):
    as_written = suites.read_suite

    def misspelt(name: str, *folder: Path) -> dict[str, Any]:
        suite = as_written(name, *folder)
        if name == "team":
            suite["expectations"][0]["kwargs"]["column"] = "teem_id"
        return suite

    monkeypatch.setattr(suites, "read_suite", misspelt)
    said = stopped(tmp_path, nothing)
    assert "could not be run" in said
    assert "team" in said


def test_dates_that_contradict_a_parent_and_plans_side_by_side_are_reported(tmp_path):
    night = a_checked_night(
        tmp_path,
        FACT_REFERRALS=[{}],
        FACT_SINGLE_ASSESSMENT=[
            {"FACT_REFERRAL_ID": "1", "START_DTTM": "2013-12-02", "FACT_FORM_ID": "1"},
            {"FACT_SINGLE_ASSESSMENT_ID": "2", "FACT_REFERRAL_ID": "1", "FACT_FORM_ID": "2"},
        ],
        FACT_FORM_ANSWERS=[
            {"ANSWER": "2014-01-05"}, {"FACT_FORM_ID": "2", "ANSWER": "2014-01-06"},
        ],
        FACT_S47=[{}],
        FACT_MEETINGS=[
            {"ACTUAL_DTTM": "2014-01-05"},
            {"FACT_MEETING_ID": "2", "ACTUAL_DTTM": "2014-01-06"},
        ],
        FACT_CP_CONFERENCE=[
            {"FACT_S47_ID": "1"},
            {"FACT_CP_CONFERENCE_ID": "2", "FACT_MEETING_ID": "2", "FACT_S47_ID": "1"},
        ],
        FACT_CARE_PLAN_SUMMARY=[
            {"FACT_CARE_PLAN_SUMMARY_ID": str(number), "START_DTTM": start, "END_DTTM": end,
             "DIM_LOOKUP_PLAN_TYPE_CODE": "FP"}
            # the child protection plan began on 20 January 2014
            for number, (start, end) in enumerate(
                [("2014-01-06", ""), ("2014-01-06", "2014-01-20"), ("2014-01-21", "")], start=1
            )
        ],
    )  # fmt: skip
    assert night.reasons() == {}
    found = checks(night)
    for key in (
        ("initial_conference", "before_enquiry", "is_before_enquiry"),
        ("single_assessment", "before_referral", "is_before_referral"),
        ("child_in_need_plan", "beside_protection_plan", "is_beside_protection_plan"),
    ):
        assert (found[key]["action"], found[key]["rows_failed"]) == ("report", 1)


def test_each_table_is_judged_by_its_own_rows_whatever_was_judged_before():
    def failed(*ids: str | None) -> list[list[int]]:
        frame = pd.DataFrame({"team_id": pd.Series(ids, dtype="str"), "unreadable_column": None})
        frame["record_number"] = range(len(ids))
        checks = suites.run_suite("team", frame, {})
        return [check.failed_rows.tolist() for check in checks if check.column == "team_id"]

    assert failed("1", None) != failed(None, "1")
    assert failed("1", "2") == [[]] * len(failed("1", "2"))
    assert failed("1", None) == failed("3", None)
