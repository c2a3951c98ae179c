"""Which records are held back or reported, and since when, is kept for those who mend them: by the
ids of the case system, and for nobody else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from etl.warehouse.to_mend import HELD_BACK_TABLE, MEND_TABLES, REPORTED_TABLE, MendTable
from nights import editing
from nights.editing import Row
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

DATES = ("2026-03-03", "2026-03-04", "2026-03-05")
LIMITS = "\n[limits]\nrows_held_back_percent = 100\nstale_days = 60\n"
NEVER = "9999-12-31"
UNKNOWN_TEAM = "424242"
OF_BOTH = pytest.mark.parametrize("table", MEND_TABLES, ids=lambda table: table.name)


@dataclass(frozen=True)
class Spoilt:
    """A council after a whole night and one with spoilt records. Those that were, as they were:
    referral, plan, child. disputed: the number of a child who is there twice, with two sexes.
    meeting: the id of one who is there twice, with two dates. of_no_team: referrals that name a
    team which is not there: one in the whole night alone, two in the spoilt one alone."""

    council: Council
    whole: Path
    referral: Row
    plan: Row
    child: Row
    disputed: str
    meeting: str
    of_no_team: tuple[Row, Row, Row]


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
    referrals = editing.read(whole, "FACT_REFERRALS")
    of_a_team = next(n for n, row in enumerate(referrals) if row["DIM_DEPARTMENT_ID"] != "-1")
    first, *others = of_whole_children(whole, besides=of_a_team)[:3]
    mended = spoil(whole, "FACT_REFERRALS", first, DIM_DEPARTMENT_ID=UNKNOWN_TEAM)
    council = engine.council(folder / "council", authority)
    load(council, whole)
    second = night(whole, folder, DATES[1])
    spoil(second, "FACT_REFERRALS", first, DIM_DEPARTMENT_ID=mended["DIM_DEPARTMENT_ID"])
    second_one, third_one = (
        spoil(second, "FACT_REFERRALS", number, DIM_DEPARTMENT_ID=UNKNOWN_TEAM) for number in others
    )
    found = Spoilt(
        council,
        whole,
        referral=spoil(second, "FACT_REFERRALS", of_a_team, REFRL_START_DTTM="soon"),
        plan=spoil(second, "FACT_CP_PLAN", 0, FACT_CP_PLAN_ID="1.5"),
        child=spoil(second, "DIM_PERSON", -1, BIRTH_DTTM="2027-01-01", DOB_ESTIMATED="N"),
        disputed=repeat(second, "DIM_PERSON", 1, GENDER_MAIN_CODE="U")["DIM_PERSON_ID"],
        meeting=repeat(second, "FACT_MEETINGS", 0, ACTUAL_DTTM="2025-01-06")["FACT_MEETING_ID"],
        of_no_team=(mended, second_one, third_one),
    )
    load(council, second)
    return found


def of_whole_children(extract: Path, *, besides: int) -> list[int]:
    """The numbers of referrals of children of whom nothing else is spoilt."""
    spoilt = {editing.read(extract, "FACT_CP_PLAN")[0]["DIM_PERSON_ID"],
              editing.read(extract, "DIM_PERSON")[-1]["DIM_PERSON_ID"]}  # fmt: skip
    return [
        number for number, row in enumerate(editing.read(extract, "FACT_REFERRALS"))
        if number != besides and row["DIM_PERSON_ID"] not in spoilt
    ]  # fmt: skip


def night(whole: Path, folder: Path, on: str) -> Path:
    return Path(shutil.copytree(whole, folder / on))


def load(council: Council, extract: Path) -> None:
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err


def listed(council: Council, table: MendTable = HELD_BACK_TABLE) -> set[tuple[str, ...]]:
    return set(
        council.rows(
            "select table_name, record_id, case_number, column_name, reason, "
            f"cast({table.since} as text), cast({table.until} as text) "
            f"from restricted.{table.name}"
        )
    )


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


def test_a_record_that_a_check_reports_is_listed_and_loaded(spoilt: Spoilt) -> None:
    found = {row for row in listed(spoilt.council, REPORTED_TABLE) if row[4] == "team_unknown"}
    first, *others = spoilt.of_no_team
    assert found == {
        (*reported(first), DATES[0], DATES[1]),
        *((*reported(each), DATES[1], NEVER) for each in others),
    }
    for each in others:
        assert spoilt.council.rows(
            "select team_key from warehouse.fact_referral "
            "where referral_id = :id and known_to = date '9999-12-31'",
            id=each["FACT_REFERRAL_ID"],
        ) == [(0,)]


def reported(referral: Row) -> tuple[str, ...]:
    return ("referral", referral["FACT_REFERRAL_ID"], referral["DIM_PERSON_ID"], "is_team_known",
            "team_unknown")  # fmt: skip


def test_no_record_is_both_held_back_and_reported(spoilt: Spoilt) -> None:
    held, passed = ({row[:3] for row in listed(spoilt.council, table) if row[6] == NEVER}
                    for table in MEND_TABLES)  # fmt: skip
    assert held
    assert not held & passed


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


def third_night(spoilt: Spoilt, folder: Path) -> Path:
    """The whole night once more, with one record held back still and one still reported."""
    third = night(spoilt.whole, folder, DATES[2])
    referrals = editing.read(third, "FACT_REFERRALS")
    for record, fault in ((spoilt.referral, {"REFRL_START_DTTM": "soon"}),
                          (spoilt.of_no_team[1], {"DIM_DEPARTMENT_ID": UNKNOWN_TEAM})):  # fmt: skip
        spoil(third, "FACT_REFERRALS", referrals.index(record), **fault)
    return third


def is_there_still(row: tuple[str, ...], spoilt: Spoilt) -> bool:
    """Whether the third night has the fault of the second: in one of the two records, or in what
    names the referral that is held back."""
    faults = [("referral", record["FACT_REFERRAL_ID"])
              for record in (spoilt.referral, spoilt.of_no_team[1])]  # fmt: skip
    return row[:2] in faults or row[4] == "referral_unknown"


@OF_BOTH
def test_it_is_listed_from_the_night_that_found_it_to_the_one_that_did_not(
    engine: Engine, spoilt: Spoilt, tmp_path: Path, table: MendTable
) -> None:
    council = engine.copy(spoilt.council, tmp_path / "council")
    before = listed(council, table)
    of_first, of_second = ({row for row in before if row[5] == day} for day in DATES[:2])
    assert {row[6] for row in of_second} == {NEVER}
    load(council, third_night(spoilt, tmp_path))
    after = {(*row[:6], NEVER if is_there_still(row, spoilt) else DATES[2]) for row in of_second}
    assert {row[6] for row in after} == {NEVER, DATES[2]}
    # What was mended and is found once more begins anew.
    again = {(*row[:5], DATES[2], NEVER) for row in of_first if row[6] == DATES[1]}
    assert bool(again) == (table is REPORTED_TABLE)
    assert listed(council, table) == of_first | after | again
    assert_mended_are_purged(engine.copy(council, tmp_path / "purged"), table)
    undo(council, DATES[2])
    assert listed(council, table) == before
    undo(council, DATES[1])
    assert listed(council, table) == {(*row[:6], NEVER) for row in of_first}


def assert_mended_are_purged(council: Council, table: MendTable) -> None:
    """A month after the night that had them whole, and no day earlier."""
    before = listed(council, table)
    (council.folder / "landing").mkdir(parents=True)
    for on, kept_from in (("2026-04-04", DATES[1]), ("2026-04-05", DATES[2])):
        left = {row for row in before if row[6] > kept_from}
        ran = command(
            "purge", "--authority", council.authority, "--warehouse", council.url, "--landing",
            council.folder / "landing", "--on", on, "--older-than", 1,
        )  # fmt: skip
        assert ran.exit_code == 0, ran.err
        assert listed(council, table) == left
    assert {row[6] for row in left} == {NEVER}


def undo(council: Council, on: str) -> None:
    ran = command("undo", on, "--warehouse", council.url)
    assert ran.exit_code == 0, ran.err


@OF_BOTH
def test_an_erased_childs_records_are_listed_no_more(
    engine: Engine, spoilt: Spoilt, tmp_path: Path, table: MendTable
) -> None:
    council = engine.copy(spoilt.council, tmp_path / "council")
    record = spoilt.plan if table is HELD_BACK_TABLE else spoilt.of_no_team[1]
    before, number = listed(council, table), record["DIM_PERSON_ID"]
    landing = shutil.copytree(spoilt.council.folder / "landing", tmp_path / "landing")
    ran = command("erase", number, "--warehouse", council.url, "--landing", landing)
    assert ran.exit_code == 0, ran.err
    assert listed(council, table) == {row for row in before if row[2] != number} < before
