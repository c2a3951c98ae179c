"""Which records are held back, and since when, is kept for those who mend them: by the ids of the
case system, and for nobody else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from nights import editing
from nights.editing import Row
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

DATES = ("2026-03-03", "2026-03-04", "2026-03-05")
LIMITS = "\n[limits]\nrows_held_back_percent = 100\nstale_days = 60\n"
NEVER = "9999-12-31"
LISTED = (
    "select table_name, record_id, case_number, column_name, reason, "
    "cast(held_from as text), cast(held_to as text) from restricted.held_back"
)


@dataclass(frozen=True)
class Spoilt:
    """A council after a whole night and one with spoilt records. Those that were, as they were:
    referral, plan, child. disputed: the number of a child who is there twice, with two sexes.
    meeting: the id of one who is there twice, with two dates."""

    council: Council
    whole: Path
    referral: Row
    plan: Row
    child: Row
    disputed: str
    meeting: str


def spoil(extract: Path, table: str, number: int, **values: str) -> Row:
    """Other values in one record of the table; returns it as it was."""
    as_it_was = dict(editing.read(extract, table)[number])

    def change(rows: list[Row]) -> list[Row]:
        rows[number].update(values)
        return rows

    editing.change(extract, table, change)
    return as_it_was


def repeat(extract: Path, table: str, number: int, **values: str) -> Row:
    """One record of the table a second time with other values; returns it."""
    record = editing.read(extract, table)[number]
    editing.change(extract, table, lambda rows: [*rows, {**record, **values}])
    return record


@pytest.fixture(scope="module")
def spoilt(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    folder = tmp_path_factory.mktemp("to_mend")
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    whole = few_children(folder, date.fromisoformat(DATES[0]), children=12)
    council = engine.council(folder / "council", authority)
    load(council, whole)
    second = night(whole, folder, DATES[1])
    referrals = editing.read(second, "FACT_REFERRALS")
    of_a_team = next(n for n, row in enumerate(referrals) if row["DIM_DEPARTMENT_ID"] != "-1")
    found = Spoilt(
        council,
        whole,
        referral=spoil(second, "FACT_REFERRALS", of_a_team, REFRL_START_DTTM="soon"),
        plan=spoil(second, "FACT_CP_PLAN", 0, FACT_CP_PLAN_ID="1.5"),
        child=spoil(second, "DIM_PERSON", -1, BIRTH_DTTM="2027-01-01", DOB_ESTIMATED="N"),
        disputed=repeat(second, "DIM_PERSON", 1, GENDER_MAIN_CODE="U")["DIM_PERSON_ID"],
        meeting=repeat(second, "FACT_MEETINGS", 0, ACTUAL_DTTM="2025-01-06")["FACT_MEETING_ID"],
    )
    load(council, second)
    return found


def night(whole: Path, folder: Path, on: str) -> Path:
    return Path(shutil.copytree(whole, folder / on))


def load(council: Council, extract: Path) -> None:
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err


def listed(council: Council) -> set[tuple[str, ...]]:
    return set(council.rows(LISTED))


def test_a_record_is_listed_by_the_numbers_of_the_case_system(spoilt: Spoilt) -> None:
    found = {row[:5] for row in listed(spoilt.council)}
    referral, plan, number = spoilt.referral, spoilt.plan, spoilt.child["DIM_PERSON_ID"]
    assert found >= {
        ("referral", referral["FACT_REFERRAL_ID"], referral["DIM_PERSON_ID"], "received_date",
         "unreadable"),
        # Its id cannot be told, its child can.
        ("child_protection_plan", "", plan["DIM_PERSON_ID"], "plan_id", "unreadable"),
        ("child", number, number, "is_born_after_extract", "born_after_extract_date"),
        ("DIM_PERSON", spoilt.disputed, spoilt.disputed, "sex", "child_disputed"),
        ("FACT_MEETINGS", spoilt.meeting, "", "FACT_MEETING_ID", "id_shared"),
    }  # fmt: skip
    # What refers to a child that is held back is held back with it.
    assert {case for _, _, case, _, reason in found if reason == "child_unknown"} == {number}


def test_its_team_is_its_own_else_that_of_the_childs_latest_referral(spoilt: Spoilt) -> None:
    found = dict(
        spoilt.council.rows(
            "select held.table_name, team.team_id from restricted.held_back as held "
            "join warehouse.dim_team as team on team.team_key = held.team_key "
            "where held.reason = 'unreadable'"
        )
    )
    of_child = [
        row for row in editing.read(spoilt.whole, "FACT_REFERRALS")
        if row["DIM_PERSON_ID"] == spoilt.plan["DIM_PERSON_ID"]
    ]  # fmt: skip
    latest = max(of_child, key=lambda row: row["REFRL_START_DTTM"])
    assert found == {
        "referral": spoilt.referral["DIM_DEPARTMENT_ID"],
        "child_protection_plan": latest["DIM_DEPARTMENT_ID"],
    }


def test_it_is_listed_from_the_night_that_held_it_back_to_the_one_that_did_not(
    engine: Engine, spoilt: Spoilt, tmp_path: Path
) -> None:
    council = engine.copy(spoilt.council, tmp_path / "council")
    before = listed(council)
    assert {row[5:] for row in before} == {(DATES[1], NEVER)}
    third = night(spoilt.whole, tmp_path, DATES[2])
    as_it_was = editing.read(third, "FACT_REFERRALS").index(spoilt.referral)
    spoil(third, "FACT_REFERRALS", as_it_was, REFRL_START_DTTM="soon")
    load(council, third)
    assert listed(council) == {
        (*row[:6], NEVER if row[1] == spoilt.referral["FACT_REFERRAL_ID"] else DATES[2])
        for row in before
    }
    assert_mended_are_purged(engine.copy(council, tmp_path / "purged"))
    undo(council, DATES[2])
    assert listed(council) == before
    undo(council, DATES[1])
    assert listed(council) == set()


def assert_mended_are_purged(council: Council) -> None:
    """A month after the night that had them whole, and no day earlier."""
    before = listed(council)
    still_held = {row for row in before if row[6] == NEVER}
    (council.folder / "landing").mkdir(parents=True)
    for on, left in (("2026-04-04", before), ("2026-04-05", still_held)):
        ran = command(
            "purge", "--authority", council.authority, "--warehouse", council.url, "--landing",
            council.folder / "landing", "--on", on, "--older-than", 1,
        )  # fmt: skip
        assert ran.exit_code == 0, ran.err
        assert listed(council) == left


def undo(council: Council, on: str) -> None:
    ran = command("undo", on, "--warehouse", council.url)
    assert ran.exit_code == 0, ran.err


def test_an_erased_childs_records_are_listed_no_more(
    engine: Engine, spoilt: Spoilt, tmp_path: Path
) -> None:
    council = engine.copy(spoilt.council, tmp_path / "council")
    before, number = listed(council), spoilt.plan["DIM_PERSON_ID"]
    landing = shutil.copytree(spoilt.council.folder / "landing", tmp_path / "landing")
    ran = command("erase", number, "--warehouse", council.url, "--landing", landing)
    assert ran.exit_code == 0, ran.err
    assert listed(council) == {row for row in before if row[2] != number} < before
