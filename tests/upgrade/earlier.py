"""What release 0.1.0 left of two nights, as real files, and the night that comes next."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from nights import editing
from nights.editing import Row
from nights.loading import MESSAGE_PARTS, Council, Ran

from etl.warehouse.duckdb.attaching import STORAGE_VERSION

KEPT = Path(__file__).with_name("release_0_1_0")
FIRST, LAST, NEXT = (date(2026, 3, day) for day in (3, 10, 17))
MODES = {"warehouse.duckdb": 0o640, "warehouse.restricted.duckdb": 0o600}
# Of the rows that release 0.1.0 loaded and the next night has again: how many get a version that
# night, for which columns. docs/upgrade.md says so.
VERSIONS = {"dim_authority": 1, "dim_child": 928, "dim_code": 20, "dim_timescale": 6,
            "fact_child_protection_review": 1, "fact_placement": 20, "fact_referral": 262,
            "fact_timescale_obligation": 756}  # fmt: skip
LIMITS = "\n[limits]\nrows_held_back_percent = 60\n"
NEW_PERSON = "990001"


def make_files(folder: Path) -> None:
    """Both files of the warehouse, each with a mode of its own."""
    for kept, (file, mode) in zip(("warehouse", "restricted"), MODES.items(), strict=True):
        with duckdb.connect() as connection:
            connection.execute(
                f"attach '{folder / file}' as made (storage_version '{STORAGE_VERSION}')"
            )
            connection.execute("use made")
            connection.execute(f"import database '{KEPT / kept}'")
        (folder / file).chmod(mode)


def council_in(folder: Path) -> Council:
    """The council of release 0.1.0, its authority's file with the limits lifted."""
    authority = folder / "westmere.toml"
    kept = (KEPT / "westmere.toml").read_text(encoding="utf-8")
    authority.write_text(kept + LIMITS, encoding="utf-8")
    return Council(folder, authority)


def is_said(ran: Ran, exit_code: int) -> bool:
    """Whether a command ended with this code and a message of four parts."""
    return (ran.exit_code, len(ran.parts)) == (exit_code, len(MESSAGE_PARTS))


def last_night(folder: Path) -> Path:
    """The extract that release 0.1.0 loaded last."""
    extract = folder / LAST.isoformat()
    with zipfile.ZipFile(KEPT / f"{LAST}.zip") as kept:
        kept.extractall(extract)
    return extract


@dataclass(frozen=True)
class NextNight:
    """The extract, and the ids of what happens in it to records that 0.1.0 loaded.

    Two referrals' children are in need, with a plan and a visit each. The placement and the
    third referral cannot be read. A person comes with a referral, both of the id NEW_PERSON.
    """

    extract: Path
    in_need: tuple[str, str]
    placement_held_back: str
    referral_held_back: str


def next_night(folder: Path) -> NextNight:
    """The last night's files a week later, with what 0.1.0 did not read: child in need plans and
    visits, and whether a referral is a transfer in."""
    extract = editing.copy_as(last_night(folder / "last"), folder, NEXT.isoformat())
    first, second, third = _open_referrals_without_plan(extract)[:3]
    placement = editing.read(extract, "FACT_CLA_PLACEMENT")[0]["FACT_CLA_PLACEMENT_ID"]
    _add_plans(extract, (first, second))
    _add_person(extract, first)
    editing.change_row(
        extract, "FACT_CLA_PLACEMENT", "FACT_CLA_PLACEMENT_ID", placement, START_DTTM="n/k"
    )
    referral = third["FACT_REFERRAL_ID"]
    editing.change_row(
        extract, "FACT_REFERRALS", "FACT_REFERRAL_ID", referral, REFRL_START_DTTM="n/k"
    )
    transfers = editing.read(extract, "FACT_REFERRALS")
    _write(
        extract,
        "FACT_REFERRALS",
        [{**row, "OUTCOME_CP_TRANSFER_IN_FLAG": "N"} for row in transfers],
    )
    in_need = (first["FACT_REFERRAL_ID"], second["FACT_REFERRAL_ID"])
    return NextNight(extract, in_need, placement, referral)


def _open_referrals_without_plan(extract: Path) -> list[Row]:
    """Of children each with one referral, in no care and on no plan."""
    referrals = editing.read(extract, "FACT_REFERRALS")
    persons = [row["DIM_PERSON_ID"] for row in referrals]
    elsewhere = {
        row["DIM_PERSON_ID"]
        for table in ("FACT_CLA", "FACT_CP_PLAN")
        for row in editing.read(extract, table)
    }
    return [
        row
        for row in referrals
        if row["REFRL_END_DTTM"] == ""
        and persons.count(row["DIM_PERSON_ID"]) == 1
        and row["DIM_PERSON_ID"] not in elsewhere
    ]


def _add_plans(extract: Path, referrals: tuple[Row, ...]) -> None:
    plans = [
        {"FACT_CARE_PLAN_SUMMARY_ID": str(5000 + number),
         "FACT_REFERRAL_ID": row["FACT_REFERRAL_ID"], "DIM_PERSON_ID": row["DIM_PERSON_ID"],
         "START_DTTM": "2026-03-02 00:00:00.000",
         "END_DTTM": "", "DIM_LOOKUP_PLAN_TYPE_CODE": "FP", "DIM_LOOKUP_PLAN_STATUS_ID_CODE": "A"}
        for number, row in enumerate(referrals)
    ]  # fmt: skip
    _write(extract, "FACT_CARE_PLAN_SUMMARY", plans)
    visits = editing.read(extract, "FACT_CASENOTES")
    made = {"DIM_LOOKUP_CASNT_TYPE_ID_CODE": "CNSTAT", "EVENT_DTTM": "2026-03-09 00:00:00.000",
            "CREATED_DTTM": "2026-03-09 00:00:00.000", "SEEN_FLAG": "Y"}  # fmt: skip
    visits += [
        {**visits[0], **made, "FACT_CASENOTE_ID": str(990000 + number),
         "DIM_PERSON_ID": row["DIM_PERSON_ID"]}
        for number, row in enumerate(referrals)
    ]  # fmt: skip
    _write(extract, "FACT_CASENOTES", visits)


def _add_person(extract: Path, referral: Row) -> None:
    persons = editing.read(extract, "DIM_PERSON")
    person = {
        **persons[0],
        "DIM_PERSON_ID": NEW_PERSON,
        "LEGACY_ID": "",
        "UPN": "",
        "NHS_NUMBER": "",
    }
    _write(extract, "DIM_PERSON", [*persons, person])
    referrals = editing.read(extract, "FACT_REFERRALS")
    own = {**referral, "FACT_REFERRAL_ID": NEW_PERSON, "DIM_PERSON_ID": NEW_PERSON,
           "REFRL_START_DTTM": "2026-03-12 00:00:00.000"}  # fmt: skip
    _write(extract, "FACT_REFERRALS", [*referrals, own])


def _write(extract: Path, table: str, rows: list[Row]) -> None:
    with (extract / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
