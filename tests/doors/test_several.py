"""The golden council through two doors at once: the census of children in need, and the return of
looked after children for what the census does not hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nights.loading import Council

from doors.agreement import (
    GOLDEN_DOORS,
    differing_figures,
    differing_obligations,
    figures,
    obligations_of_children,
)
from doors.named_by_content import obligations, tokens

pytestmark = pytest.mark.slow
CENSUS, RETURN = GOLDEN_DOORS / "cin_census", GOLDEN_DOORS / "ssda903"
TAKEN_FROM_THE_RETURN = ("looked_after_period", "care_episode", "placement", "looked_after_review")
SOURCES = f"""
[[source]]
name = "census"
kind = "cin_census"
covered_from = 2013-04-01

[[source]]
name = "care"
kind = "ssda903"
covered_from = 2013-04-01
tables = {list(TAKEN_FROM_THE_RETURN)}
"""


def a_night(folder: Path) -> Path:
    """One folder with a part for each source, called by its name."""
    night = folder / "extracts" / "2014-11-03"
    night.mkdir(parents=True)
    shutil.copy(CENSUS / "2014-11-03.xml.zip", night / "census.xml.zip")
    shutil.copy(RETURN / "2014-11-03.zip", night / "care.zip")
    return night


def an_authority(folder: Path, sources: str = SOURCES) -> Path:
    """The golden council's file with these sources."""
    before, _, rest = (CENSUS / "authority.toml").read_text().partition("[source]")
    after = rest[rest.index("\n[") :]
    file = folder / "authority.toml"
    file.write_text(f"{before}{sources}{after}")
    return file


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The golden council after its night."""
    folder = tmp_path_factory.mktemp("several")
    council = Council(folder, an_authority(folder))
    ran = council.load(a_night(folder))
    assert ran.exit_code == 0, ran.err
    return council


def test_what_each_door_tells_is_published_and_no_other(council: Council) -> None:
    expected = [
        *figures(CENSUS / "expected_measures.json.gz"),
        *figures(RETURN / "expected_ssda903.json.gz"),
    ]
    assert len(expected) == 303 + 84
    assert differing_figures(council, expected) == []


def test_what_is_owed_is_what_each_door_alone_would_owe(council: Council) -> None:
    known = tokens(council)
    of_return = obligations_of_children(
        council, RETURN / "expected_obligations_ssda903.csv.gz",
        {"looked_after_review": "looked_after_period"},
    )  # fmt: skip
    # Ids of the second door are told from those of the first.
    apart = [(timescale, f"care.{subject}", *more) for timescale, subject, *more in of_return]
    expected = [*obligations(CENSUS / "expected_obligations.csv.gz", known), *apart]
    assert differing_obligations(council, sorted(expected)) == {}


def test_the_children_of_both_are_one_list(council: Council) -> None:
    assert council.rows(
        "select count(*), count(distinct case_number) from restricted.child_identity"
    ) == [(4453 + 525, 4453 + 525)]


def test_the_audit_says_what_came_through_which_door(council: Council) -> None:
    said = dict(
        council.rows(
            "select table_name, source_table from audit.table_load where source_table is not null"
        )
    )
    assert said["referral"] == "CINDETAILS"
    assert said["placement"].startswith("care.")
    assert said["child"].count(", ") == 1
    [(beside,)] = council.rows(
        "select detail from audit.observation where observation = 'source_system_beside'"
    )
    assert beside.startswith("care: ssda903, ")


def test_the_same_night_again_changes_nothing(council: Council) -> None:
    ran = council.load(council.folder / "extracts" / "2014-11-03")
    assert ran.exit_code == 0
    assert "nothing changed" in ran.err
