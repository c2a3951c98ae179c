"""The golden council through its Annex A, against the answers that are known for it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from nights.loading import Council, command

from doors.agreement import (
    GOLDEN_DOORS,
    differing_figures,
    differing_obligations,
    figures,
    pairs,
)
from doors.named_by_content import obligations, tokens

pytestmark = pytest.mark.slow
LISTS = GOLDEN_DOORS / "annex_a"
EXTRACT_DATE = date(2014, 11, 3)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The council after the night of its workbook."""
    folder = tmp_path_factory.mktemp("annex_a")
    council = Council(folder, LISTS / "annex_a.toml")
    ran = council.load(LISTS / "2014-11-03.xlsx")
    assert ran.exit_code == 0, ran.err
    return council


def test_every_figure_that_the_lists_hold_is_published_and_no_other(council: Council) -> None:
    expected = figures(LISTS / "expected_annex_a.json.gz")
    assert len(expected) == 90
    assert differing_figures(council, expected) == []
    assert pairs(council) <= {"single_assessment"}


def test_no_month_that_began_before_the_lists_do_is_published(council: Council) -> None:
    found = council.rows("select min(month) from report.monthly_measure where value is not null")
    assert found == [(date(2014, 6, 1),)]


def test_what_is_owed_agrees_row_for_row(council: Council) -> None:
    expected = obligations(LISTS / "expected_obligations_annex_a.csv.gz", tokens(council))
    assert len(expected) == 2640
    assert differing_obligations(council, expected, EXTRACT_DATE) == {}


def test_every_row_of_the_lists_is_loaded(council: Council) -> None:
    loaded = council.rows("select table_name, loaded from audit.table_load where rows_in_file > 0")
    assert dict(loaded) == {
        "team": 3, "worker": 4, "child": 7847, "contact": 5307, "early_help": 895,
        "referral": 1287, "single_assessment": 1452, "section_47_enquiry": 454,
        "initial_conference": 215, "child_protection_plan": 441, "looked_after_period": 449,
        "care_episode": 449, "placement": 449,
    }  # fmt: skip
    assert council.rows("select 1 from audit.rejected_row") == []
    assert council.rows("select 1 from audit.observation where observation like '%not_known'") == []


def test_of_some_lists_only_what_they_hold_is_published(tmp_path: Path) -> None:
    authority = tmp_path / "annex_a.toml"
    text = (LISTS / "annex_a.toml").read_text(encoding="utf-8")
    authority.write_text(text.replace('"annex_a"', '"annex_a"\nlists = [1, 3]'), encoding="utf-8")
    council = Council(tmp_path, authority)
    ran = council.load(LISTS / "2014-11-03.xlsx")
    assert ran.exit_code == 0, ran.err
    published = council.rows("select distinct measure from report.monthly_measure")
    assert {measure for (measure,) in published} == {"contacts", "referrals"}
    every = "select 1 from warehouse.fact_timescale_obligation"
    assert council.rows(every) == []


def test_a_child_is_erased_from_every_list_that_landed(council: Council, tmp_path: Path) -> None:
    copy = Council(tmp_path / "copy", council.authority)
    shutil.copytree(council.folder, copy.folder)
    [(number,)] = copy.rows("select max(case_number) from restricted.child_identity")
    ran = command("erase", number, "--warehouse", copy.url)
    assert ran.exit_code == 0, ran.err
    gone = f"select 1 from restricted.child_identity where case_number = '{number}'"
    assert copy.rows(gone) == []
    [manifest] = (copy.folder / "landing").rglob("2014-11-03/manifest.json")
    tables = json.loads(manifest.read_text(encoding="utf-8"))["tables"].values()
    assert sum(table.get("rows_erased", 0) for table in tables) > 0


def test_the_name_of_a_worker_is_in_restricted_alone(council: Council) -> None:
    names = council.rows("select surname from restricted.worker_identity")
    assert ("PII-WORKER-24 PII-WORKER-24",) in names
    teams = council.rows("select name from warehouse.dim_team where name is not null")
    assert not set(names) & set(teams)
