"""What the last load was given only saves looking at rows: whatever happened since, a night ends as
if every row had been looked at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from etl.demo.extract import write_extract
from etl.settings import NEW_PSEUDONYM_KEY
from nights import editing
from nights.editing import Row
from nights.loading import KEY, Council, Engine, accounts_that_do_not_sum, command
from nights.test_out_of_order import FIRST, LIMITS, WESTMERE, differing, without_keys

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

NIGHTS = ("2026-03-03", "2026-03-04", "2026-03-05")
ANOTHER_KEY = "another key for tests only, 40 characters"
Nights = tuple[Path, ...]
Between = Callable[[Council], str]


def nothing(council: Council) -> str:
    return KEY


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_extract(tmp_path_factory.mktemp("drawn"), children=1000, extract_date=FIRST)


@pytest.fixture
def nights(drawn: Path, tmp_path: Path) -> Nights:
    """The same extract on three dates."""
    return tuple(editing.copy_as(drawn, tmp_path / "extracts", night) for night in NIGHTS)


@pytest.fixture
def council(engines: dict[str, Engine], tmp_path: Path) -> Council:
    """What is kept from night to night is the same for both engines."""
    authority = tmp_path / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    return engines["duckdb"].council(tmp_path / "council", authority)


def kept(council: Council) -> Path:
    return council.folder / "landing" / "900" / "last_derived"


def load(council: Council, extract: Path, key: str = KEY) -> None:
    ran = command(*council.arguments(extract), key=key)
    assert ran.exit_code == 0, ran.err
    assert accounts_that_do_not_sum(council.url) == []
    assert (kept(council) / "run.json").exists()


def assert_as_if_every_row_were_looked_at(
    council: Council, nights: Nights, between: Between = nothing
) -> None:
    """between: what is done after each night; returns the key from then on."""
    full = Council(council.folder.with_name("full"), council.authority)
    first, *later = nights
    # Nothing is kept yet from which the first could be cut short.
    load(council, first)
    shutil.copytree(council.folder, full.folder)
    for each in (council, full):
        key = between(each)
        for night in later:
            if each is full:
                shutil.rmtree(kept(full))
            load(each, night, key)
            key = between(each)
    assert differing(without_keys(council), without_keys(full)) == {}


def test_after_a_change_of_key_what_is_gone_is_found(council: Council, nights: Nights) -> None:
    """Months of children whose referral turns out to have been closed long ago."""

    def close(rows: list[Row]) -> list[Row]:
        open_long = [
            r for r in rows if not r["REFRL_END_DTTM"] and r["REFRL_START_DTTM"] < "2025-10"
        ]
        assert len(open_long) >= 4
        for row in open_long[:4]:
            row["REFRL_END_DTTM"] = "2025-11-03 00:00:00.000"
        return rows

    editing.change(nights[1], "FACT_REFERRALS", close)

    def change_key(each: Council) -> str:
        with mock.patch.dict(os.environ, {NEW_PSEUDONYM_KEY: ANOTHER_KEY}):
            ran = command("rotate-key", "--warehouse", each.url)
        assert ran.exit_code in (0, 2), ran.err  # 2: it was changed after the night before
        return ANOTHER_KEY

    assert_as_if_every_row_were_looked_at(council, nights[:2], change_key)
    closed = "select count(*) from warehouse.fact_child_month where known_to <> date '9999-12-31'"
    assert council.rows(closed)[0][0] >= 4


def test_an_event_that_comes_after_what_it_met_is_dated(council: Council, nights: Nights) -> None:
    """A visit is held back on the night on which it comes with its plan: the next has it first."""
    casenote, plan = "FACT_CASENOTE_ID", "FACT_CP_PLAN_ID"
    plans = {
        row[plan]: row for row in editing.read(nights[0], "FACT_CP_PLAN") if not row["END_DTTM"]
    }
    visits = [row for row in editing.read(nights[0], "FACT_CP_VISIT") if row[plan] in plans]
    visit = max(visits, key=lambda row: row["VISIT_DTTM"])
    for night in nights:
        editing.change_row(
            night, "FACT_CASENOTES", casenote, visit[casenote], CREATED_DTTM="", SEEN_FLAG="Y"
        )
    editing.drop_row(nights[0], "FACT_CP_PLAN", plan, visit[plan])
    editing.drop_row(nights[0], "FACT_CASENOTES", casenote, visit[casenote])

    def twice(rows: list[Row]) -> list[Row]:
        [note] = [row for row in rows if row[casenote] == visit[casenote]]
        other = "N" if note["SEEN_ALONE_FLAG"] == "Y" else "Y"
        return [*rows, {**note, "SEEN_ALONE_FLAG": other}]

    editing.change(nights[1], "FACT_CASENOTES", twice)
    assert_as_if_every_row_were_looked_at(council, nights)
    dated = council.rows(
        "select first_recorded_date from warehouse.fact_timescale_obligation "
        "where timescale = 'child_protection_visit' and subject_id = :plan "
        "and known_to = date '9999-12-31' and cast(done_date as text) = :day",
        plan=visit[plan],
        day=visit["VISIT_DTTM"][:10],
    )
    assert [str(day) for (day,) in dated] == [NIGHTS[2]]


@pytest.mark.parametrize("file", ["run.json", "derived/visit.parquet"])
def test_what_was_cut_short_is_passed_over(council: Council, nights: Nights, file: str) -> None:
    load(council, nights[0])
    path = kept(council) / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    load(council, nights[1])
    changed = "select sum(new_versions), sum(closed) from audit.table_load where run_id like :run"
    [(new, closed)] = council.rows(changed, run=f"900-{NIGHTS[1]}-%")
    assert (new, closed) == (0, 0)


def test_what_another_warehouse_left_in_the_same_landing_folder_is_passed_over(
    council: Council, nights: Nights
) -> None:
    editing.change(nights[1], "FACT_CONTACTS", lambda rows: rows[20:])
    other = council.folder / "other.duckdb"
    load(council, nights[0])
    beside = [*council.arguments(nights[1])[:-1], f"duckdb:///{other}"]
    assert command(*beside).exit_code == 0
    before = council.rows("select count(*) from report.contact")[0][0]
    load(council, nights[1])
    assert council.rows("select count(*) from report.contact")[0][0] <= before - 15


def test_a_worker_who_stays_keeps_the_team_that_the_extract_lacks(
    council: Council, nights: Nights
) -> None:
    """The worker is there twice, and so held back; its team is gone the same night."""
    worker = editing.read(nights[1], "DIM_WORKER")[0]
    editing.change(
        nights[1], "DIM_WORKER", lambda rows: [*rows, {**rows[0], "JOB_TITLE": "Manager"}]
    )
    editing.change(
        nights[1], "DIM_DEPARTMENT",
        lambda rows: [row for row in rows if row["NAME"] != worker["DEPARTMENT_NAME"]],
    )  # fmt: skip
    assert_as_if_every_row_were_looked_at(council, nights[:2])
