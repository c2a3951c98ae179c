"""From landed tables to ours: what an extract's rows become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from unit.builders import (
    KEY,
    Checked,
    a_conformed_night,
    a_run,
    an_authority_file,
    an_extract,
    conform_night,
    optional_tables,
    read,
)

from etl.conform.conform import conform
from etl.contracts.frames import read_frame
from etl.contracts.hand_overs import LANDED
from etl.errors import NightStopped
from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES

SHARED: dict[str, Any] = {
    "DIM_PERSON": [
        {"DIM_PERSON_ID": "1", "LEGACY_ID": "L1", "FORENAME": "PII-Zoë", "SHOE_SIZE": "3"},
        {"DIM_PERSON_ID": " 1\u00a0", "LEGACY_ID": "L1", "FORENAME": "PII-Zoë", "SHOE_SIZE": "3"},
        {"DIM_PERSON_ID": "2", "BIRTH_DTTM": "2014-12-25", "DOB_ESTIMATED": "yes"},
        {"DIM_PERSON_ID": "3", "BIRTH_DTTM": "2014-12-25", "DOB_ESTIMATED": "N"},
        {"DIM_PERSON_ID": "4", "DUPLICATED_DTTM": "2014-06-01 10:00:00.000",
         "GENDER_MAIN_CODE": "Male", "ETHNICITY_MAIN_CODE": "WBRI"},
    ],
    "DIM_WORKER": [{"DIM_WORKER_ID": "1"}, {"DIM_WORKER_ID": "2", "JOB_TITLE": "#N/A"}],
    "FACT_CONTACTS": [
        {"DIM_LOOKUP_CONT_SORC_ID_DESC": "10 - Unknown", "OUTCOME_NEW_REFERRAL_FLAG": "1"},
        {"FACT_CONTACT_ID": "2", "DIM_LOOKUP_CONT_SORC_ID_DESC": "1A - Individual: relative",
         "OUTCOME_NFA_FLAG": "False"},
        {"FACT_CONTACT_ID": "2", "DIM_LOOKUP_CONT_SORC_ID_DESC": "1A - Individual: relative",
         "OUTCOME_NFA_FLAG": "N", "CONTACT_DTTM": "2014-01-06 00:00:00.000"},
    ],
    "FACT_REFERRALS": [
        {"DIM_WORKER_ID": "1", "REFRL_END_DTTM": "9999-12-31"},
        {"FACT_REFERRAL_ID": "2", "DIM_WORKER_ID": "-1", "REFRL_END_DTTM": "NULL"},
        {"FACT_REFERRAL_ID": "3", "DIM_WORKER_ID": "-1", "REFRL_END_DTTM": "soon"},
    ],
    "FACT_SINGLE_ASSESSMENT": [
        {"FACT_FORM_ID": form, "FACT_SINGLE_ASSESSMENT_ID": form} for form in "1234567"
    ],
    "FACT_FORM_ANSWERS": [
        {"FACT_FORM_ID": "1", "ANSWER": "2014-02-01"},
        {"FACT_FORM_ID": "2", "ANSWER": "01/02/2014"},
        {"FACT_FORM_ID": "3", "ANSWER": "next week"},
        {"FACT_FORM_ID": "4", "ANSWER": ""},
        {"FACT_FORM_ID": "5", "ANSWER": "2014-03-01", "ANSWERED_DTTM": "2014-03-02"},
        {"FACT_FORM_ID": "5", "ANSWER": "2014-02-01", "ANSWERED_DTTM": "2014-02-02"},
        {"FACT_FORM_ID": "6", "ANSWER": "2014-02-01 00:00:00.000"},
        {"FACT_FORM_ID": "6", "ANSWER_NO": "seenYN", "ANSWER": "Yes"},
        {"FACT_FORM_ID": "6", "ANSWER_NO": "other", "ANSWER": "free text"},
    ],
    "FACT_CP_CONFERENCE": [
        {"FACT_MEETING_ID": "1"},
        {"FACT_CP_CONFERENCE_ID": "2", "FACT_MEETING_ID": "2"},
        {"FACT_CP_CONFERENCE_ID": "3", "FACT_MEETING_ID": "3"},
        {"FACT_CP_CONFERENCE_ID": "4", "FACT_MEETING_ID": "99"},
    ],
    "FACT_MEETINGS": [
        {"FACT_MEETING_ID": "1", "CANCELLED": "TRUE"},
        {"FACT_MEETING_ID": "2", "ACTUAL_DTTM": "2014-01-20"},
        {"FACT_MEETING_ID": "2", "ACTUAL_DTTM": "2014-01-21"},
        {"FACT_MEETING_ID": "3", "ACTUAL_DTTM": "2014-01-20 00:00:00"},
        {"FACT_MEETING_ID": "3", "ACTUAL_DTTM": "2014-01-20"},
    ],
    "FACT_CP_REVIEW": [{}, {"FACT_CP_REVIEW_ID": "2", "DIM_PERSON_ID": "4"}],
    "FACT_MEETING_SUBJECTS": [
        {"FACT_OUTCM_FORM_ID": "-1"}, {"FACT_OUTCM_FORM_ID": "5"}, {"FACT_OUTCM_FORM_ID": "6"},
    ],
    "FACT_CASENOTES": [
        {"SEEN_FLAG": "y"},
        {"FACT_CASENOTE_ID": "2", "DIM_LOOKUP_CASNT_TYPE_ID_CODE": "PHONE"},
        {"FACT_CASENOTE_ID": "3", "DIM_LOOKUP_CASNT_TYPE_ID_CODE": " STVL ",
         "SEEN_FLAG": "perhaps"},
        {"FACT_CASENOTE_ID": "4", "DIM_PERSON_ID": "2", "EVENT_DTTM": "2014-10-01"},
    ],
    "FACT_CP_VISIT": [
        {"FACT_CASENOTE_ID": "1", "DIM_PERSON_ID": "4", "FACT_CP_PLAN_ID": "8"},
        {"FACT_CASENOTE_ID": "1", "DIM_PERSON_ID": "1", "FACT_CP_PLAN_ID": "9"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return a_conformed_night(tmp_path_factory.mktemp("conformed"), **SHARED)


def of(night: Checked, table: str) -> pd.DataFrame:
    """A conformed table by its own id."""
    frame = night.table("conformed", table)
    ids = [name for name in frame if name.endswith("_id") and name != "unreadable_column"]
    return frame.set_index(ids[0])


def counts(night: Checked) -> dict[str, Any]:
    return json.loads((night.run.work / "conformed.json").read_text())


def test_a_repeat_is_loaded_once_however_it_is_spelt_and_counted(night):
    accounts = counts(night)["accounts"]
    assert accounts["child"]["repeats"] == 1
    assert accounts["contact"]["repeats"] == 1
    assert night.table("conformed", "contact")["record_number"].tolist() == [1, 2]


def test_every_record_is_accounted_for(night):
    for name, account in counts(night)["accounts"].items():
        conformed = len(night.table("conformed", name))
        assert account["rows"] == account["repeats"] + account["outside"] + conformed


def test_casenotes_that_are_no_visits_are_outside(night):
    assert counts(night)["accounts"]["visit"]["outside"] == 1
    assert night.table("conformed", "visit")["record_number"].tolist() == [1, 3, 4]


def test_spellings_of_missing_are_counted_by_table_and_column(night):
    replaced = {tuple(row[:3]): row[3] for row in counts(night)["replaced"]}
    assert replaced["FACT_REFERRALS", "REFRL_END_DTTM", "9999-12-31"] == 1
    assert replaced["FACT_REFERRALS", "REFRL_END_DTTM", "NULL"] == 1
    assert replaced["FACT_REFERRALS", "DIM_WORKER_ID", "-1"] == 2
    assert replaced["DIM_WORKER", "JOB_TITLE", "#N/A"] == 1
    assert replaced["FACT_MEETING_SUBJECTS", "FACT_OUTCM_FORM_ID", "-1"] == 1


def test_columns_that_nobody_knows_are_listed_and_known_ones_are_not(night):
    assert counts(night)["not_known"] == [["DIM_PERSON", "SHOE_SIZE"]]


def test_a_value_that_cannot_be_read_marks_its_row_and_column(night):
    marked = of(night, "referral")["unreadable_column"]
    assert marked[marked.notna()].to_dict() == {"3": "closed_date"}
    assert of(night, "visit").loc["3", "unreadable_column"] == "is_child_seen"


def test_leading_national_codes_are_the_codes(night):
    assert of(night, "contact")["source_code"].to_dict() == {"1": "10", "2": "1A"}


def test_a_child_and_a_worker_of_one_number_have_different_tokens(night):
    child, worker = night.table("conformed", "child"), night.table("conformed", "worker")
    assert child["child_token"].iloc[0] != worker["worker_token"].iloc[0]
    assert set(night.table("conformed", "referral")["child_token"]) == {
        child["child_token"].iloc[0]
    }


def test_identities_are_in_their_own_file_and_nowhere_else(night):
    identity = read_frame(night.run.work / "identity" / "child.parquet")
    assert identity["legacy_id"].tolist()[0] == "L1"
    for path in (night.run.work / "conformed").glob("*.parquet"):
        texts = read_frame(path).select_dtypes("str").to_numpy().ravel()
        assert not {"L1", "PII-Zoë"} & set(texts), path.name


def test_only_the_month_of_birth_is_kept(night):
    child = night.table("conformed", "child")
    assert f"{child['birth_month'].iloc[0]:%Y-%m-%d}" == "2010-05-01"
    assert not {"birth_date", "BIRTH_DTTM"} & set(child)


def test_an_expected_birth_is_an_unborn_child_and_a_certain_one_after_the_night_a_fault(night):
    child = night.table("conformed", "child").set_index("record_number")
    assert child.loc[[3, 4], "is_unborn"].tolist() == [True, False]
    assert child.loc[[3, 4], "is_born_after_extract"].tolist() == [False, True]


def test_a_merged_child_is_marked_as_one(night):
    child = night.table("conformed", "child").set_index("record_number")
    assert child["is_merged"].to_dict() == {1: False, 3: False, 4: False, 5: True}
    assert child.loc[5, "sex"] == "M"


def test_a_visit_before_an_expected_birth_is_before_birth_but_not_for_certain(night):
    visit = of(night, "visit")
    assert visit.loc["4", "is_before_birth"]
    assert not visit.loc["4", "is_before_certain_birth"]


def test_the_authorised_date_is_read_in_either_format(night):
    assessment = of(night, "single_assessment")
    days = assessment["authorised_date"].dt.strftime("%Y-%m-%d").fillna("none").to_dict()
    assert days == {
        "1": "2014-02-01", "2": "2014-02-01", "3": "none", "4": "none", "5": "2014-03-01",
        "6": "2014-02-01", "7": "none",
    }  # fmt: skip
    marked = assessment["unreadable_column"]
    assert marked[marked.notna()].to_dict() == {"3": "authorised_date"}


def test_of_several_answers_the_latest_counts_with_the_day_it_was_given(night):
    latest = of(night, "single_assessment").loc["5"]
    assert f"{latest['authorised_recorded_date']:%Y-%m-%d}" == "2014-03-02"


def test_another_answer_of_the_form_is_not_the_authorised_date(night):
    assert of(night, "single_assessment").loc["6", "is_child_seen"]


def test_a_meeting_whose_id_another_has_too_holds_back_the_conference_that_needs_it(night):
    conference = of(night, "initial_conference")
    for column in ("unreadable_column", "held_back_column"):
        assert conference[column].dropna().to_dict() == {"2": "held_date"}
    assert conference["is_meeting_known"].to_dict() == {
        "1": True, "2": False, "3": True, "4": False,
    }  # fmt: skip
    assert pd.isna(conference.loc["2", "held_date"])
    assert f"{conference.loc['3', 'held_date']:%Y-%m-%d}" == "2014-01-20"


def test_a_meeting_says_whether_it_was_cancelled_and_one_that_does_not_exist_nothing(night):
    conference = of(night, "initial_conference")
    assert conference.loc["1", "is_cancelled"]
    assert pd.isna(conference.loc["4", "held_date"])
    assert pd.isna(conference.loc["4", "is_cancelled"])


def test_a_review_is_finalised_where_any_of_its_outcome_forms_is_there(night):
    assert of(night, "child_protection_review")["is_finalised"].to_dict() == {
        "1": True, "2": False,
    }  # fmt: skip


def test_a_visit_takes_its_plan_from_its_own_childs_row(night):
    assert of(night, "visit").loc["1", "named_plan_id"] == "9"


def test_uk_dates_are_read_where_the_authority_says_so(tmp_path):
    night = a_conformed_night(
        tmp_path,
        date_format="uk",
        DIM_PERSON=[{"BIRTH_DTTM": "05/06/2010"}],
        FACT_REFERRALS=[
            {"REFRL_START_DTTM": "03/01/2014 14:30", "REFRL_END_DTTM": "31/12/9999"},
            {"FACT_REFERRAL_ID": "2", "REFRL_START_DTTM": "2014-01-03"},
        ],
        FACT_SINGLE_ASSESSMENT=[{"FACT_FORM_ID": "1", "START_DTTM": "03/01/2014"}],
        FACT_FORM_ANSWERS=[{"ANSWER": "2014-02-01", "ANSWERED_DTTM": "02/02/2014 09:00:00"}],
    )
    referral, assessment = of(night, "referral"), of(night, "single_assessment")
    assert f"{referral.loc['1', 'received_date']:%Y-%m-%d}" == "2014-01-03"
    assert pd.isna(referral.loc["1", "unreadable_column"])
    assert referral.loc["2", "unreadable_column"] == "received_date"
    assert f"{assessment.loc['1', 'authorised_date']:%Y-%m-%d}" == "2014-02-01"


def test_the_same_child_has_another_token_in_another_authority(tmp_path):
    tokens = set()
    for la_code in ("874", "873"):
        (tmp_path / la_code).mkdir()
        night = a_conformed_night(tmp_path / la_code, la_code=la_code)
        tokens |= set(night.table("conformed", "child")["child_token"])
    assert len(tokens) == 2


def stopped(folder: Path, **rows: Any) -> str:
    with pytest.raises(NightStopped) as error:
        a_conformed_night(folder, **rows)
    assert error.value.exit_code == 3
    return str(error.value)


def test_everything_that_is_missing_is_named_at_once(tmp_path):
    without = ("FACT_CLA", "REFRL_START_DTTM", "ANSWERED_DTTM")
    said = stopped(tmp_path, without=without)
    assert "table FACT_CLA " in said
    assert "column REFRL_START_DTTM of FACT_REFERRALS.csv" in said
    assert "column ANSWERED_DTTM of FACT_FORM_ANSWERS.csv" in said


def test_optional_tables_and_columns_may_be_missing(tmp_path):
    assert optional_tables() == {
        "DIM_CLA_ELIGIBILITY", "FACT_CARE_PLANS", "FACT_CARE_PLAN_SUMMARY",
        "FACT_CLA_CARE_LEAVERS", "FACT_DISABILITY", "FACT_HEALTH_CHECK", "FACT_INVOLVEMENTS",
        "FACT_LEGAL_STATUS", "FACT_MISSING_PERSON",
    }  # fmt: skip
    night = a_conformed_night(tmp_path, without=("IS_CLIENT",))
    assert night.table("conformed", "legal_status").empty
    assert night.table("conformed", "child")["is_client"].isna().all()


def test_column_names_are_known_in_any_case_and_order(tmp_path):
    extract = an_extract(tmp_path)
    (extract / "DIM_DEPARTMENT.csv").write_text(" name ,dim_department_id\nReferral team,5\n")
    run = a_run(extract, an_authority_file(tmp_path))
    conform_night(run)
    team = Checked(run).table("conformed", "team")
    assert team[["team_id", "name"]].to_numpy().tolist() == [["5", "Referral team"]]


def test_a_table_that_nobody_knows_is_listed(tmp_path):
    night = a_conformed_night(tmp_path, FACT_PETS=[{"FACT_PETS_ID": "1"}])
    assert counts(night)["not_known"] == [["FACT_PETS", ""]]


CODED = {
    "DIM_PERSON": [{"ETHNICITY_MAIN_CODE": "a1 - White British"}],
    "FACT_SINGLE_ASSESSMENT": [
        {"DIM_LOOKUP_STEP_SUBSTATUS_CODE": "d"},
        {"FACT_SINGLE_ASSESSMENT_ID": "2", "DIM_LOOKUP_STEP_SUBSTATUS_CODE": "x - Cancelled"},
        {"FACT_SINGLE_ASSESSMENT_ID": "3", "DIM_LOOKUP_STEP_SUBSTATUS_CODE": "PII a note"},
        {"FACT_SINGLE_ASSESSMENT_ID": "4", "DIM_LOOKUP_STEP_SUBSTATUS_CODE": "C"},
    ],
    "FACT_CARE_PLAN_SUMMARY": [
        {"DIM_LOOKUP_PLAN_TYPE_CODE": "fp: Child in need", "DIM_LOOKUP_PLAN_STATUS_ID_CODE": "Z"},
        {"FACT_CARE_PLAN_SUMMARY_ID": "2", "DIM_LOOKUP_PLAN_TYPE_CODE": "FP\u00a0",
         "DIM_LOOKUP_PLAN_STATUS_ID_CODE": "z - cancelled"},
    ],
    "FACT_CARE_EPISODES": [{"CARE_REASON_END_CODE": "x1"}],
    "FACT_CLA_PLACEMENT": [{"DIM_LOOKUP_PLACEMENT_TYPE_CODE": "u4 – long term"}],
    "FACT_LEGAL_STATUS": [{"DIM_LOOKUP_LGL_STATUS_DESC": "V\u200b4 — series of short breaks"}],
    "FACT_REFERRALS": [
        {"DIM_LOOKUP_CATEGORY_OF_NEED_CODE": "n1", "DIM_LOOKUP_CONT_SORC_ID_DESC": "Our hub"},
        *({"FACT_REFERRAL_ID": str(number), "DIM_PERSON_ID": str(number),
           "DIM_LOOKUP_CONT_SORC_ID_DESC": "Our\u00a0 door"} for number in (2, 3, 4)),
    ],
    "FACT_CASENOTES": [
        {"DIM_LOOKUP_CASNT_TYPE_ID_CODE": "STVC: CP visit"},
        *({"FACT_CASENOTE_ID": str(number), "DIM_PERSON_ID": str(number),
           "DIM_LOOKUP_CASNT_TYPE_ID_CODE": "TEL"} for number in (2, 3, 4)),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return a_conformed_night(tmp_path_factory.mktemp("coded"), **CODED)


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("child", "ethnicity_code", ["WBRI"]),
        ("single_assessment", "substatus_code", ["D", "X", "words of few", "C"]),
        ("child_in_need_plan", "status_code", ["z", "z"]),
        ("care_episode", "end_reason_code", ["X1"]),
        ("placement", "placement_type_code", ["U4"]),
        ("legal_status", "legal_status_code", ["V4"]),
        ("referral", "source_code", ["words of few"] + ["Our door"] * 3),
        ("visit", "visit_type", ["child_protection"]),
    ],
)
def test_codes_of_one_child_are_ours_in_any_spelling_and_what_may_be_a_name_is_not_carried(
    coded, table, column, expected
):
    assert coded.table("conformed", table)[column].tolist() == expected


def test_what_no_list_has_is_counted_and_said_only_where_three_children_have_it(coded):
    read = {(entry["source_table"], entry["code_list"]): entry for entry in counts(coded)["codes"]}
    sources = read["FACT_REFERRALS", "contact_source"]
    assert (sources["rows"], sources["rows_listed"]) == (4, 0)
    assert sources["unlisted"] == [{"code": "Our door", "rows": 3, "children": 3}]
    assert (sources["few_codes"], sources["few_rows"]) == (1, 1)
    assert read["FACT_CASENOTES", "visit_type"]["rows_listed"] == 1
    assert [entry["code"] for entry in read["FACT_CASENOTES", "visit_type"]["unlisted"]] == ["TEL"]
    assert read["FACT_REFERRALS", "need"]["rows_listed"] == 1
    # Of a local list every code is one.
    assert ("FACT_SINGLE_ASSESSMENT", "assessment_substatus") not in read


LOCAL = """
[codes.contact_source]
"Our  door" = "6"
"7 - Police" = "6"
[columns.FACT_SINGLE_ASSESSMENT]
START_DTTM = "STARTED_ON"
[columns.fact_referrals]
DIM_PERSON_ID = "child no"
[answers]
authorised_date = ["Signed off", "form_end"]
"""


def test_what_the_authority_calls_otherwise_is_read_as_it_says(tmp_path):
    night = a_conformed_night(
        tmp_path,
        LOCAL,
        DIM_PERSON=[{}, {"DIM_PERSON_ID": "2"}],
        FACT_REFERRALS=[{"Child No": "2"}],
        FACT_SINGLE_ASSESSMENT=[
            {"STARTED_ON": "2014-02-03", "FACT_FORM_ID": "1"},
            {"FACT_SINGLE_ASSESSMENT_ID": "2", "STARTED_ON": "2014-02-03", "FACT_FORM_ID": "2"},
        ],
        FACT_FORM_ANSWERS=[
            {"ANSWER_NO": "signed\u00a0 OFF", "ANSWER": "2014-03-03"},
            {"ANSWER_NO": "FormEndDate", "ANSWER": "2014-03-04", "FACT_FORM_ID": "2"},
        ],
        FACT_CONTACTS=[
            {"DIM_LOOKUP_CONT_SORC_ID_DESC": "our door"},
            {"FACT_CONTACT_ID": "2", "DIM_LOOKUP_CONT_SORC_ID_DESC": "7 – Police"},
            {"FACT_CONTACT_ID": "3", "DIM_LOOKUP_CONT_SORC_ID_DESC": "7 - police"},
        ],
    )
    assessment = of(night, "single_assessment")
    assert f"{assessment.loc['1', 'started_date']:%Y-%m-%d}" == "2014-02-03"
    assert f"{assessment.loc['1', 'authorised_date']:%Y-%m-%d}" == "2014-03-03"
    assert pd.isna(assessment.loc["2", "authorised_date"])
    assert of(night, "contact")["source_code"].tolist() == ["6", "7", "6"]
    children = night.table("conformed", "child")["child_token"].tolist()
    assert of(night, "referral").loc["1", "child_token"] == children[1]
    assert counts(night)["not_known"] == []


def test_a_column_that_is_not_there_is_named_as_the_authority_calls_it(tmp_path):
    said = "[columns.FACT_REFERRALS]\nREFRL_START_DTTM = 'CAME_ON'"
    with pytest.raises(NightStopped, match=r"column CAME_ON of FACT_REFERRALS\.csv"):
        a_conformed_night(tmp_path, said)


def test_names_of_answers_are_compared_as_codes_are(tmp_path):
    night = a_conformed_night(
        tmp_path,
        FACT_SINGLE_ASSESSMENT=[{"FACT_FORM_ID": "1"}],
        FACT_FORM_ANSWERS=[
            {"ANSWER_NO": "formenddate\u200b", "ANSWER": "2014-02-01"},
            {"ANSWER_NO": "SEENYN\u00a0- child seen?", "ANSWER": "Yes"},
            {"ANSWER_NO": "", "ANSWER": "2013-02-01"},
            {"ANSWER_NO": "FormEndDate_v2: replaced", "ANSWER": "2015-02-01"},
        ],
    )
    read = of(night, "single_assessment").loc["1"]
    assert f"{read['authorised_date']:%Y-%m-%d}" == "2014-02-01"
    assert read["is_child_seen"]


def test_an_answer_whose_form_id_has_a_decimal_mark_is_left_out_as_unreadable(tmp_path):
    night = a_conformed_night(
        tmp_path,
        FACT_SINGLE_ASSESSMENT=[{"FACT_FORM_ID": "1"}],
        FACT_FORM_ANSWERS=[{"FACT_FORM_ID": "1.0", "ANSWER": "2014-02-01"}],
    )
    assert counts(night)["left_out"] == [["FACT_FORM_ANSWERS", "FACT_FORM_ID", 1, "unreadable", ""]]
    assert of(night, "single_assessment").loc["1", "doubtful_column"] == "authorised_date"


def test_a_child_with_a_disability_is_one_whatever_its_code(tmp_path):
    night = a_conformed_night(
        tmp_path,
        DIM_PERSON=[{"DIM_PERSON_ID": str(number)} for number in (1, 2, 3)],
        FACT_DISABILITY=[
            {"DIM_PERSON_ID": "1", "DIM_LOOKUP_DISAB_CODE": "LD"},
            {"DIM_PERSON_ID": "2", "DIM_LOOKUP_DISAB_CODE": "None - no disability"},
        ],
    )
    child = night.table("conformed", "child")
    assert child["is_disabled"].tolist() == [True, False, False]
    assert child["unreadable_column"].isna().all()


def test_ids_of_persons_that_are_none_make_no_child_family_or_worker(tmp_path):
    night = a_conformed_night(
        tmp_path,
        DIM_PERSON=[{"DIM_PERSON_ID": "007"}, {"DIM_PERSON_ID": "7"}],
        FACT_CONTACTS=[
            {"FACT_CONTACT_ID": str(number), "DIM_PERSON_ID": "7",
             "DIM_LOOKUP_FAMILYOFRESIDENCE_ID": written}
            for number, written in enumerate(("nan", "None", "0", "-5", "12", "x" * 300_000), 1)
        ],
        FACT_REFERRALS=[{"DIM_PERSON_ID": "7", "DIM_WORKER_ID": "1.5"}],
    )  # fmt: skip
    contact = of(night, "contact")
    assert contact["contact_family_token"].notna().tolist() == [False] * 4 + [True, False]
    assert contact["unreadable_column"].dropna().to_dict() == {"6": "contact_family_token"}
    assert of(night, "referral").loc["1", "unreadable_column"] == "worker_token"
    assert len(night.table("conformed", "child")) == 1
    assert read_frame(night.run.work / "identity" / "child.parquet")["case_number"].tolist() == [
        "7"
    ]
    assert read_frame(night.run.work / "identity" / "family.parquet")["family_id"].tolist() == [
        "12"
    ]


def test_control_characters_in_labels_are_spaces_and_counted(tmp_path):
    night = a_conformed_night(
        tmp_path,
        DIM_DEPARTMENT=[{"NAME": "First\x00Response"}],
        DIM_WORKER=[{"JOB_TITLE": "Social\x07worker", "STAFF_ID": "S\x001"}],
    )
    assert night.table("conformed", "team")["name"].tolist() == ["First Response"]
    assert night.table("conformed", "worker")["job_title"].tolist() == ["Social worker"]
    assert read_frame(night.run.work / "identity" / "worker.parquet")["staff_id"].tolist() == [
        "S 1"
    ]
    replaced = {tuple(row) for row in counts(night)["replaced"]}
    assert ("DIM_DEPARTMENT", "NAME", "control character", 1) in replaced
    assert ("DIM_WORKER", "JOB_TITLE", "control character", 1) in replaced


def test_columns_whose_names_may_be_values_are_only_counted(tmp_path: Path) -> None:
    names = ("SHOE_SIZE", "Ann Smith", "1001", "AB1 2CD", "_x", "X" * 65, "X" * 64)
    night = a_conformed_night(tmp_path, DIM_DEPARTMENT=[dict.fromkeys(names, "7")])
    found = counts(night)
    assert found["not_known"] == [["DIM_DEPARTMENT", "SHOE_SIZE"], ["DIM_DEPARTMENT", "X" * 64]]
    assert found["not_named"] == [["DIM_DEPARTMENT", 5]]


def test_of_a_table_that_landed_without_its_header_no_column_is_listed(tmp_path: Path) -> None:
    """As releases before this one landed it: such a night can be loaded again."""
    night = a_conformed_night(tmp_path)
    address = pa.table({"Smith": ["x"], "1001": ["7"]})
    pq.write_table(address, LANDED.at(night.run) / "DIM_PERSON_ADDRESS.parquet")
    conform(night.run, read(night.run.authority_file), [LIQUIDLOGIC_FILES], KEY)
    found = counts(night)
    assert found["not_known"] == []
    assert found["not_named"] == [["DIM_PERSON_ADDRESS", 2]]
