"""A rule whose source an extract lacks is skipped; the audit says so, and the rest is as ever."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from etl.derive.register import TIMESCALES
from nights.editing import copy_as
from nights.loading import WESTMERE, Council

pytestmark = pytest.mark.slow

NIGHT = date(2026, 5, 18)
PLANS = "FACT_CARE_PLAN_SUMMARY"


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """A night without the table of child in need plans."""
    folder: Path = tmp_path_factory.mktemp("skipped")
    whole = write_extract(folder / "whole", children=1000, extract_date=NIGHT)
    extract = copy_as(whole, folder, NIGHT.isoformat())
    (extract / f"{PLANS}.csv").unlink()
    council = Council(folder / "council", WESTMERE)
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
