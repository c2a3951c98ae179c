"""Three nights of one council, checked once: to load one costs no more than its last task."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import make_url

from etl.demo.extract import write_extract
from etl.night.begin import begin
from etl.night.tasks import TASKS
from etl.night.walk import run_task
from etl.run import Run, new_run_id
from nights import editing
from nights.editing import Row
from nights.loading import (
    KEY,
    PSEUDONYM_KEY,
    WESTMERE,
    Council,
    Engine,
    PostgreSQLDatabase,
    content,
)

YESTERDAY, TODAY, TOMORROW = 0, 1, 2
DATES = (date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5))
LOAD = TASKS[-1]
PATIENCE_SECONDS = 120
_RUN_ID = re.compile(r"(\d{3}-\d{4}-\d\d-\d\d)-[0-9a-f]{6}")
State = dict[str, Counter[tuple[Any, ...]]]


@dataclass(frozen=True)
class Prepared:
    """The three extracts, of which any is checked once: the first against a warehouse that holds
    none, the others against one that holds the first."""

    folder: Path
    extracts: tuple[Path, ...]

    def run(self, council: Council, which: int) -> Run:
        """A run of the night that is ready to be loaded into the council's warehouse."""
        checked, kept = _checked(self, which)
        run = replace(
            checked,
            # The second and third nights know the first's run by its id.
            run_id=checked.run_id if which == YESTERDAY else _another_run_id(checked),
            warehouse=council.url,
            landing=council.folder / "landing",
            pages=council.folder / "pages",
        )
        shutil.rmtree(run.work, ignore_errors=True)
        shutil.copytree(kept, run.work)
        return run

    def load(self, council: Council, which: int) -> None:
        """Load the night by its last task."""
        with mock.patch.dict(os.environ, {PSEUDONYM_KEY: KEY}):
            run_task(self.run(council, which), LOAD)

    def council(self, engine: Engine, folder: Path) -> Council:
        """A council whose warehouse holds the first night."""
        council = engine.council(folder, WESTMERE)
        council.folder.mkdir(parents=True)
        self.load(council, YESTERDAY)
        return council


@cache
def prepared(within: Path) -> Prepared:
    """The extracts, written the first time that a folder is asked for."""
    folder = within / "prepared_nights"
    drawn = write_extract(folder / "drawn", children=1000, extract_date=DATES[0])
    extracts = tuple(
        editing.copy_as(drawn, folder / "extracts", each.isoformat()) for each in DATES
    )
    for extract in extracts[TODAY:]:
        _let_things_happen(extract)
    editing.change(extracts[TOMORROW], "FACT_CONTACTS", lambda rows: rows[40:])
    return Prepared(folder, extracts)


@cache
def _checked(nights: Prepared, which: int) -> tuple[Run, Path]:
    """The night's run, and what its steps before the load left for it."""
    council = Council(nights.folder / "council", WESTMERE)
    if which != YESTERDAY and not council.file.exists():
        nights.load(council, YESTERDAY)
    run = begin(nights.extracts[which], council.authority, council.url)
    with mock.patch.dict(os.environ, {PSEUDONYM_KEY: KEY}):
        for task in TASKS[:-1]:
            run_task(run, task)
    return run, run.work.rename(nights.folder / run.run_id)


def _another_run_id(run: Run) -> str:
    return new_run_id(run.la_code, run.extract_date)


def _let_things_happen(extract: Path) -> None:
    """Contacts vanish, referrals close, and a hundred people change their sex and id."""

    def close(rows: list[Row]) -> list[Row]:
        return [
            {**row, "REFRL_END_DTTM": row["REFRL_END_DTTM"] or "2026-03-02 00:00:00.000"}
            for row in rows
        ]

    def rename(rows: list[Row]) -> list[Row]:
        for row in rows[:100]:
            row["LEGACY_ID"] = f"9{row['LEGACY_ID']}"
            row["GENDER_MAIN_CODE"] = "F" if row["GENDER_MAIN_CODE"] == "M" else "M"
        return rows

    editing.change(extract, "FACT_CONTACTS", lambda rows: rows[20:])
    editing.change(extract, "FACT_REFERRALS", close)
    editing.change(extract, "DIM_PERSON", rename)


def state(url: str) -> State:
    """Every row of every table, as ``without_chance`` leaves it."""
    return without_chance(content(url))


def without_chance(found: State) -> State:
    """The same without what no two loads have alike: the part of a run's id that is chance, and
    when the clock said that it ran."""
    return {
        table: _alike(rows, is_audit=table.startswith("audit.")) for table, rows in found.items()
    }


def _alike(rows: Counter[tuple[Any, ...]], *, is_audit: bool) -> Counter[tuple[Any, ...]]:
    def alike(value: Any) -> Any:
        if isinstance(value, str):
            return _RUN_ID.sub(r"\1", value)
        return "by the clock" if is_audit and isinstance(value, datetime) else value

    found: Counter[tuple[Any, ...]] = Counter()
    for row, times in rows.items():
        found[tuple(alike(value) for value in row)] += times
    return found


def differing(found: State, other: State) -> list[str]:
    """The tables by which two states differ: few enough to read in a failed test."""
    return sorted(table for table in found.keys() | other.keys()
                  if found.get(table) != other.get(table))  # fmt: skip


def names_beside(council: Council) -> list[str]:
    """What is in the council's folder."""
    return sorted(path.name for path in council.folder.iterdir())


def wait_until_nobody_loads(engine: Engine, council: Council) -> None:
    """Until the server has noticed that those who loaded into the database are gone."""
    if not isinstance(engine, PostgreSQLDatabase):
        return
    name = str(make_url(council.url).database)
    asked = f"select 1 from pg_stat_activity where datname = '{name}'"
    began = time.monotonic()
    while engine.server.run(asked):
        assert time.monotonic() - began < PATIENCE_SECONDS
        time.sleep(0.02)
