"""What is made of the dataset's tables before they are mapped."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from nights.bad.judging import Night, judge
from nights.loading import KEY, Council, command

from doors.ssd_extract import a_dataset
from doors.test_ssd_bad import authority
from etl.privacy.pseudonym import Pseudonyms

pytestmark = pytest.mark.slow
SOURCES = [
    # The description, the code, and what is read.
    ("3E - Health - A&E", "12", "3E"),
    ("10", "", "10"),
    ("Police", "6", "6"),
    ("NULL", "5D", "5D"),
    ("1C: individual", "9", "1C"),
]
CONTACTS = [
    {"cont_contact_id": str(number), "cont_contact_source_desc": described,
     "cont_contact_source_code": coded}
    for number, (described, coded, _) in enumerate(SOURCES, start=1)
]  # fmt: skip
FAMILIES = [
    {"fami_table_id": "99", "fami_family_id": "7"},
    {"fami_table_id": "100", "fami_family_id": "8"},
    {"fami_table_id": "20", "fami_family_id": "9"},
]
PERSONS = [
    {},
    {"pers_person_id": "2", "pers_dob": "1900-01-01", "pers_expected_dob": "2014-12-24"},
    {"pers_person_id": "3", "pers_dob": "", "pers_ethnicity": "CNHE"},
]
ENQUIRIES = [
    {"s47e_s47_enquiry_id": "1", "s47e_s47_nfa": "Y",
     "s47e_s47_outcome_json": '{"MONITOR_FLAG": "Y", "LEGAL_ACTION_FLAG": "Y"}'},
    {"s47e_s47_enquiry_id": "2", "s47e_s47_nfa": "Y"},
    {"s47e_s47_enquiry_id": "3", "s47e_s47_nfa": "N"},
]  # fmt: skip
CONFERENCES = [
    {"icpc_icpc_id": "1", "icpc_icpc_outcome_cp_flag": "Y",
     "icpc_icpc_outcome_json": '{"NFA_FLAG": "Y", "CP_FLAG": ""}'},
    {"icpc_icpc_id": "2", "icpc_icpc_outcome_cp_flag": "N",
     "icpc_icpc_outcome_json": '{"NFA_FLAG": "Y", "PROV_OF_SERVICES_FLAG": "Y"}'},
]  # fmt: skip
REFERRALS = [
    {"cine_referral_id": "1"},
    {"cine_referral_id": "2"},
    {"cine_referral_id": "3", "cine_close_date": "2014-02-03"},
    {"cine_referral_id": "4", "cine_referral_date": "2014-11-02",
     "cine_referral_outcome_json": '{"CP_TRANSFER_IN_FLAG": "Y"}'},
]  # fmt: skip
EPISODES = [
    {"clae_cla_episode_id": "1", "clae_cla_episode_start_reason": "S - Started to be looked after",
     "clae_cla_episode_ceased_reason": "X1 - Episode ceases", "clae_referral_id": "01",
     "clae_cla_episode_ceased_date": "2014-03-03"},
    {"clae_cla_episode_id": "2", "clae_cla_episode_start_date": "2014-03-03",
     "clae_cla_episode_start_reason": "P - placement", "clae_referral_id": "1",
     "clae_entered_care_date": "2014-01-06 00:00:00.000"},
    {"clae_cla_episode_id": "3", "clae_cla_id": "", "clae_cla_episode_start_date": "2014-04-03"},
]  # fmt: skip
VISITS = {
    "ssd_cp_visits": [{"cppv_cp_visit_id": "7"}],
    "ssd_cla_visits": [{"clav_cla_visit_id": "7", "clav_cla_visit_date": "2014-02-10"}],
    "ssd_cin_visits": [
        {"cinv_cin_visit_id": "7"},
        {"cinv_cin_visit_id": "8", "cinv_cin_visit_date": "2014-02-10 00:00:00.000"},
        {"cinv_cin_visit_id": "9", "cinv_cin_visit_date": "2014-02-11"},
        {"cinv_cin_visit_id": "10", "cinv_cin_visit_date": "2014-02-10", "cinv_person_id": "2"},
    ],
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("arranged")
    extract = a_dataset(
        folder,
        ssd_person=PERSONS, ssd_family=FAMILIES, ssd_contacts=CONTACTS, ssd_s47_enquiry=ENQUIRIES,
        ssd_initial_cp_conference=CONFERENCES, ssd_cin_episodes=REFERRALS,
        ssd_cin_assessments=[{"cina_referral_id": "02"}], ssd_cla_episodes=EPISODES,
        ssd_cla_reviews=[{"clar_cla_review_date": "2014-02-03"}], **VISITS,
        ssd_cla_health=[{"clah_health_check_type": "Annual Health Assessment"}],
        without=("clar_cla_person_id",),
    )  # fmt: skip
    found = judge(extract, authority(folder))
    assert found.exit_code == 0, found.message
    assert found.held == {}
    return found


def token(of: str, person: str) -> str:
    return str(Pseudonyms(KEY.encode(), "874").tokens(pd.Series([of], dtype="str"), person)[0])


def column(night: Night, table: str, key: str, name: str) -> dict[str, object]:
    frame = night.conformed[table].set_index(key)[name]
    return {str(at): None if pd.isna(value) else value for at, value in frame.items()}


def test_a_source_is_the_code_that_leads_its_description_else_its_code(night: Night) -> None:
    found = column(night, "contact", "contact_id", "source_code")
    assert list(found.values()) == [read for _, _, read in SOURCES]


def test_a_childs_family_is_that_of_the_highest_number_not_the_longest_text(night: Night) -> None:
    families = night.conformed["contact"]["contact_family_token"]
    assert families.tolist() == [token("8", "family")] * len(SOURCES)


def test_an_expected_birth_counts_where_none_is_certain(night: Night) -> None:
    children = night.conformed["child"].set_index("record_number")
    assert children["is_unborn"].fillna(False).to_dict() == {1: False, 2: True, 3: False}
    assert children["birth_month"].isna().to_dict() == {1: False, 2: False, 3: True}
    assert children["ethnicity_code"].dropna().to_dict() == {3: "CHNE"}


def test_outcomes_are_the_first_flag_that_says_yes(night: Night) -> None:
    assert column(night, "section_47_enquiry", "enquiry_id", "outcome") == {
        "1": "legal_action", "2": "no_further_action", "3": None,
    }  # fmt: skip
    assert column(night, "initial_conference", "conference_id", "outcome") == {
        "1": "child_protection_plan", "2": "services",
    }  # fmt: skip
    assert column(night, "referral", "referral_id", "is_transfer_in") == {
        "1": None, "2": None, "3": None, "4": True,
    }  # fmt: skip


def test_a_period_that_several_episodes_name_is_one(night: Night) -> None:
    assert column(night, "looked_after_period", "looked_after_id", "referral_id") == {"1": "1"}
    episodes = column(night, "care_episode", "episode_id", "looked_after_id")
    assert episodes == {"1": "1", "2": "1", "3": None}
    assert column(night, "care_episode", "episode_id", "end_reason_code")["1"] == "X1"


def test_a_review_that_names_no_child_is_that_of_the_period(night: Night) -> None:
    assert [*night.conformed["looked_after_review"]["child_token"]] == [token("1", "child")]


@pytest.mark.parametrize("nobody", ["", "-1"])
def test_so_is_one_of_an_export_that_has_the_column_and_names_no_child_in_it(
    nobody: str, tmp_path: Path
) -> None:
    extract = a_dataset(
        tmp_path, ssd_cla_episodes=[{}], ssd_cla_reviews=[{"clar_cla_person_id": nobody}]
    )
    reviews = judge(extract, authority(tmp_path)).conformed["looked_after_review"]
    assert [*reviews["child_token"]] == [token("1", "child")]


def test_visits_to_children_in_need_are_those_that_no_other_table_has(night: Night) -> None:
    assert column(night, "visit", "visit_id", "visit_type") == {
        "cp-7": "child_protection", "la-7": "looked_after", "cin-9": "child_in_need",
        "cin-10": "child_in_need",
    }  # fmt: skip
    assert night.reading is not None
    noted = {name: rows for name, _, rows in night.reading["noted"]}
    assert noted["visits_of_other_types"] == 2


def test_referrals_that_seem_to_wait_for_an_assessment_are_counted(
    night: Night, tmp_path: Path
) -> None:
    assert night.reading is not None
    noted = {name: rows for name, _, rows in night.reading["noted"]}
    assert noted["referrals_without_assessment"] == 1
    extract = a_dataset(tmp_path, ssd_cin_episodes=REFERRALS)
    told = judge(extract, authority(tmp_path, "open_assessments = true\n"))
    assert told.reading is not None
    assert told.reading["noted"] == []


def test_a_table_of_health_checks_is_read_where_there_is_one(night: Night) -> None:
    assert column(night, "health_check", "health_check_id", "kind") == {"1": "health_assessment"}


@pytest.mark.parametrize(("written", "day"), [("2014-03-02", 2), ("2014-02-03 10:00:00.000", 3)])
def test_day_and_month_are_never_swapped(written: str, day: int, tmp_path: Path) -> None:
    extract = a_dataset(tmp_path, ssd_contacts=[{"cont_contact_date": written}])
    [received] = judge(extract, authority(tmp_path)).conformed["contact"]["received_date"]
    assert (received.day, received.month) == (day, int(written[5:7]))


@pytest.mark.parametrize("nobody", [None, "NULL"])
def test_a_review_that_names_no_child_is_erased_with_its_period(
    nobody: str | None, tmp_path: Path
) -> None:
    """nobody: what stands where the child would; None: the export has no such column."""
    column = "clar_cla_person_id"
    extract = a_dataset(
        tmp_path,
        ssd_person=[{}, {"pers_person_id": "2"}],
        ssd_cla_episodes=[
            {},
            {"clae_cla_episode_id": "2", "clae_cla_id": "2", "clae_person_id": "2"},
        ],
        ssd_cla_reviews=[
            {column: nobody or ""},
            {"clar_cla_review_id": "2", "clar_cla_id": "2", column: nobody or ""},
        ],
        without=(column,) if nobody is None else (),
    )
    council = Council(tmp_path, authority(tmp_path))
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    assert command("erase", "1", "--warehouse", council.url).exit_code == 0
    [landed] = (tmp_path / "landing").rglob("2014-11-03/SSD_CLA_REVIEWS.parquet")
    assert pd.read_parquet(landed)["clar_cla_review_id"].tolist() == ["2"]
