"""A marker in every field of an extract that no authority publishes: through every step, every
check that fails and every way to stop, at the loudest log level, it is found in no place but the
owner's own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import psycopg
import pytest

from etl.demo.extract import write_extract
from etl.errors import ConnectionFault, without_values
from etl.night import steps
from etl.night.steps import STEPS
from etl.warehouse import open_warehouse
from etl.warehouse.duckdb.session import DuckDBSession
from etl.warehouse.postgresql.session import PostgreSQLSession
from nights import editing
from nights.loading import WESTMERE, Council, Engine, Ran, command, content, views
from nights.marking import LIMITS, MARK, everything_logged, mark_every_column

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

HOSTILE = "Team'); drop table audit.load_run; -- :la_code %(la_code)s $1 \\ \" {0} %"
FIRST, SECOND = date(2026, 3, 3), date(2026, 3, 4)
# Kept by their owner: what staff know a person by.
OWNERS_ONLY = ("restricted",)
# A night that is stopped leaves its lines in the audit alone.
NOT_OF_A_STOPPED_NIGHT = ("restricted", "warehouse", "report")


def load(council: Council, extract: Path) -> tuple[Ran, str]:
    """Load at the loudest; returns what was said, and what was logged beside."""
    with everything_logged() as said:
        ran = command(*council.arguments(extract))
    return ran, said.getvalue()


def leaks(council: Council) -> list[str]:
    """Where a marker is, in a table or view that is not the owner's only, or on a page."""
    held = content(council.url, without=OWNERS_ONLY)
    held |= {
        view: dict.fromkeys(council.rows(f"select * from {view}")) for view in views(council.url)
    }
    found = [table for table, rows in held.items() if MARK in repr(list(rows))]
    pages = (council.folder / "pages").rglob("*.html")
    return found + [str(page) for page in pages if MARK in page.read_text(encoding="utf-8")]


@dataclass
class Marked:
    """A council with a sound night, and a second one with a marker in every column."""

    council: Council
    team: str
    extract: Path
    markers: int
    ran: Ran
    logged: str


@pytest.fixture(scope="module")
def marked(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Marked:
    folder = tmp_path_factory.mktemp("marker")
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    sound = write_extract(folder, children=1000, extract_date=FIRST, faults_per_thousand=0)
    team = editing.read(sound, "DIM_DEPARTMENT")[-1]["DIM_DEPARTMENT_ID"]
    editing.change_row(sound, "DIM_DEPARTMENT", "DIM_DEPARTMENT_ID", team, NAME=HOSTILE)
    council = engine.council(folder / "council", authority)
    assert council.load(sound).exit_code == 0
    extract = editing.copy_as(sound, folder / "marked", SECOND.isoformat())
    markers = mark_every_column(extract)
    ran, logged = load(council, extract)
    return Marked(council, team, extract, markers, ran, logged)


def test_a_night_with_a_marker_in_every_column_loads(marked: Marked) -> None:
    assert marked.markers > 200
    assert marked.ran.exit_code == 0, marked.ran.err
    held_back = marked.council.rows(
        "select count(distinct column_name) from audit.rejected_row where run_id like :night",
        night=f"%{SECOND}%",
    )
    assert held_back[0][0] > 30


def test_no_marker_is_in_a_table_view_or_page(marked: Marked) -> None:
    assert leaks(marked.council) == []


def test_no_marker_is_said_or_logged(marked: Marked) -> None:
    assert "conformed" in marked.ran.err
    assert MARK not in marked.ran.out + marked.ran.err + marked.logged


def test_no_marker_is_told_to_what_watches(
    marked: Marked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSC_ETL_LOG", "json")
    metrics = tmp_path / "csc_etl.prom"
    authority = marked.council.authority
    checked = command("check", marked.extract, "--authority", authority, "--pages", tmp_path)
    url = marked.council.url
    asked = command("status", "--warehouse", url, "--json", "--metrics", metrics)
    assert (checked.exit_code, asked.exit_code) == (0, 0)
    assert '"counts"' in checked.err
    said = "".join((checked.out, checked.err, asked.out, asked.err, metrics.read_text()))
    assert MARK not in said


def test_the_owner_has_the_markers(marked: Marked) -> None:
    """Else the tests above would look for what is nowhere."""
    landed = marked.council.folder / "landing" / "900" / str(SECOND)
    assert any(MARK.encode() in path.read_bytes() for path in landed.glob("*.parquet"))
    numbers = marked.council.rows("select legacy_id from restricted.child_identity")
    assert any(MARK in str(number) for (number,) in numbers)


def test_files_of_the_owner_are_for_nobody_else(marked: Marked) -> None:
    modes = {path.stat().st_mode & 0o077 for path in (marked.council.folder / "landing").rglob("*")}
    assert modes == {0}


def half_of_a_file(extract: Path) -> None:
    file = extract / "DIM_PERSON.csv"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def no_header(extract: Path) -> None:
    file = extract / "DIM_PERSON.csv"
    file.write_bytes(file.read_bytes().partition(b"\n")[2])


def no_header_of_a_table_that_is_not_used(extract: Path) -> None:
    (extract / "DIM_PERSON_ADDRESS.csv").write_text(f"1001,{MARK},1001,{MARK} Street\n")


def an_uneven_record(extract: Path) -> None:
    file = extract / "DIM_PERSON.csv"
    file.write_bytes(file.read_bytes().replace(MARK.encode(), MARK.encode() + b",", 1))


def an_open_quotation(extract: Path) -> None:
    file = extract / "FACT_CONTACTS.csv"
    file.write_bytes(file.read_bytes().replace(MARK.encode(), b'"' + MARK.encode(), 1))


def a_table_that_lacks(extract: Path) -> None:
    (extract / "FACT_S47.csv").unlink()


def a_manifest_of_words(extract: Path) -> None:
    (extract / "MANIFEST.csv").write_text(f"table,rows\nFACT_S47,{MARK}\n")


def rows_that_were_lost(extract: Path) -> None:
    editing.change(extract, "FACT_CAF_EPISODE", lambda rows: rows[: len(rows) // 2])


HARMS = (half_of_a_file, no_header, no_header_of_a_table_that_is_not_used, an_uneven_record,
         an_open_quotation, a_table_that_lacks,
         a_manifest_of_words, rows_that_were_lost)  # fmt: skip


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__.replace("_", " "))
def test_a_night_that_is_stopped_says_no_marker(
    marked: Marked, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    extract = tmp_path / "2026-03-05"
    extract.parent.mkdir(exist_ok=True)
    shutil.copytree(marked.extract, extract)
    harm(extract)
    ran, logged = load(marked.council, extract)
    assert ran.exit_code == 3, ran.err
    assert MARK not in ran.out + ran.err + logged
    assert MARK not in repr(content(marked.council.url, without=NOT_OF_A_STOPPED_NIGHT))
    assert marked.council.work_left_behind() == []


def in_step(name: str) -> mock._patch[Any]:
    """That step of the night fails with a marker in its message and in that of its cause."""

    def fail(*_: object) -> None:
        try:
            raise KeyError(f"{MARK}-cause")
        except KeyError as cause:
            raise ValueError(f"could not read {MARK}-value") from cause

    failing = tuple(replace(step, run=fail) if step.name == name else step for step in STEPS)
    return mock.patch.object(steps, "STEPS", failing)


@pytest.mark.parametrize("step", [STEPS[0].name, STEPS[-1].name])
def test_a_fault_in_a_step_says_no_marker(marked: Marked, tmp_path: Path, step: str) -> None:
    extract = shutil.copytree(marked.extract, tmp_path / "2026-03-05")
    with in_step(step):
        ran, logged = load(marked.council, Path(extract))
    assert ran.exit_code == 1
    assert "ValueError" in ran.err
    assert MARK not in ran.out + ran.err + logged
    assert marked.council.work_left_behind() == []


def test_an_error_of_the_engine_that_quotes_a_row_is_told_without_it(
    marked: Marked, tmp_path: Path
) -> None:
    error = psycopg.errors.UniqueViolation(f"Key (name)=({MARK}) already exists.")
    extract = shutil.copytree(marked.extract, tmp_path / "2026-03-05")
    session = PostgreSQLSession if marked.council.database else DuckDBSession
    with mock.patch.object(session, "stage", side_effect=error):
        ran, logged = load(marked.council, Path(extract))
    assert ran.exit_code == 1
    assert len(ran.parts) == 4
    assert MARK not in ran.out + ran.err + logged
    assert marked.council.work_left_behind() == []


@pytest.mark.parametrize(
    "error", [psycopg.OperationalError(MARK), duckdb.IOException(MARK)],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_an_engine_that_goes_away_is_a_connection_fault_without_its_words(
    marked: Marked, error: Exception
) -> None:
    is_its_own = isinstance(error, psycopg.Error) == bool(marked.council.database)
    with (
        pytest.raises(ConnectionFault if is_its_own else type(error)) as raised,
        open_warehouse(marked.council.url).writing("900"),
    ):
        raise error
    told = raised.value if is_its_own else without_values(raised.value, "a test")
    assert MARK not in str(told)


def test_values_that_look_like_sql_are_kept_as_they_are(marked: Marked) -> None:
    named = marked.council.rows(
        "select name from warehouse.dim_team where team_id = :id and known_from = :night",
        id=marked.team, night=FIRST,
    )  # fmt: skip
    assert named == [(HOSTILE,)]
