"""A night derived whole, however little of it there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from unit.builders import Checked, a_conformed_night, read

from etl.contracts.frames import read_frame
from etl.derive.derive import derive
from etl.derive.register import INITIAL_CONFERENCE
from etl.derive.standards import england, signature

OF_ENGLAND = signature([england(INITIAL_CONFERENCE)])[:16]


def derived(folder: Path, **rows: Any) -> Checked:
    """A night whose every row is taken to have passed, derived."""
    night = a_conformed_night(folder, **rows)
    derive(night.run, read(night.run.authority_file))
    return night


def of(night: Checked, table: str) -> pd.DataFrame:
    return read_frame(night.run.work / "derived" / f"{table}.parquet")


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {"FACT_REFERRALS": [{}]},
        {"FACT_CP_PLAN": [{}], "FACT_CASENOTES": [{}]},
        {"FACT_CLA": [{}], "FACT_CARE_EPISODES": [{}], "FACT_CONTACTS": [{}]},
    ],
    ids=["a child alone", "a referral", "a plan and a visit", "an open period of care"],
)
def test_a_night_on_which_most_tables_are_empty_can_be_derived(tmp_path, rows):
    night = derived(tmp_path, **rows)
    assert len(of(night, "child")) == 1
    assert len(of(night, "referral")) == len(rows.get("FACT_REFERRALS", []))


def test_a_merged_childs_records_stay_and_owe_nothing(tmp_path):
    night = derived(
        tmp_path,
        DIM_PERSON=[{}, {"DIM_PERSON_ID": "8", "DUPLICATED_DTTM": "2014-05-01"}],
        FACT_CONTACTS=[{}],
        FACT_REFERRALS=[{}, {"FACT_REFERRAL_ID": "2", "DIM_PERSON_ID": "8"}],
        FACT_CP_PLAN=[{}, {"FACT_CP_PLAN_ID": "2", "DIM_PERSON_ID": "8"}],
        FACT_CASENOTES=[{}],
        FACT_CLA=[{}],
        FACT_CARE_EPISODES=[{"CARE_END_DATE": "2014-06-02", "CARE_REASON_END_CODE": "E4A"}],
        FACT_LEGAL_STATUS=[{}],
    )
    owed = of(night, "timescale_obligation")
    assert len(of(night, "referral")) == 2
    assert "2" not in set(owed.loc[owed["subject_type"] == "child_protection_plan", "subject_id"])
    assert of(night, "child_month")["child_token"].nunique() == 1


def signed(timescale: str, digits: str) -> str:
    return f"[publication.signed]\n{timescale} = '{digits}'\n"


@pytest.mark.parametrize(
    "standard", ["", "[timescales.initial_conference]\nallowance = '9 days'\n"]
)
def test_a_rule_that_is_no_longer_what_was_signed_is_a_warning_and_a_finding(
    tmp_path, caplog, standard
):
    """Signed as England has it: it is no longer that under a standard of the authority's own."""
    with caplog.at_level("WARNING", logger="csc_etl"):
        night = derived(tmp_path, more=standard + signed("initial_conference", OF_ENGLAND))
    counts = json.loads((night.run.work / "derived.json").read_text())
    said = [record.getMessage() for record in caplog.records if "signed" in record.getMessage()]
    if not standard:
        assert (counts["not_as_signed"], said) == ([], [])
        return
    assert counts["not_as_signed"] == ["initial_conference"]
    [line] = said
    for part in (
        "initial_conference",
        "no longer what was signed",
        "figures are made",
        "csc-etl rules",
    ):
        assert part in line


def test_a_night_of_an_authority_that_signed_nothing_says_nothing_of_it(tmp_path, caplog):
    with caplog.at_level("WARNING", logger="csc_etl"):
        night = derived(tmp_path)
    assert json.loads((night.run.work / "derived.json").read_text())["not_as_signed"] == []
    assert "signed" not in caplog.text
