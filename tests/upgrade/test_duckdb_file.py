"""A DuckDB file of release 0.1.0: refused until it is upgraded, and then whole."""

from __future__ import annotations

import errno
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from nights.loading import Council, Ran, command, opened, rows

from etl.settings import PROJECT
from etl.warehouse import upgrade as upgrading
from etl.warehouse.duckdb import files
from etl.warehouse.duckdb import warehouse as duckdb_file
from etl.warehouse.duckdb.warehouse import DuckDBWarehouse
from etl.warehouse.views import views
from upgrade import earlier
from upgrade.conftest import copy_of
from upgrade.earlier import is_said

FILES = set(earlier.MODES)
RESTRICTED = "warehouse.restricted.duckdb"
# The lock stays; it holds nothing.
BESIDE = {*FILES, "warehouse.duckdb.lock", "westmere.toml"}
COLUMNS = (
    "select schema_name, table_name, column_name, data_type, is_nullable, columns.comment, "
    "tables.comment from duckdb_columns() as columns join duckdb_tables() as tables "
    "using (database_name, schema_name, table_name) where database_name = 'csc' order by all"
)
KEYS = (
    "select schema_name, table_name, constraint_column_names from duckdb_constraints() "
    "where database_name = 'csc' and constraint_type = 'PRIMARY KEY' order by all"
)


def upgrade(council: Council) -> Ran:
    return command("upgrade", "--warehouse", council.url)


def as_they_are(council: Council) -> dict[str, bytes]:
    """The bytes of both files."""
    return {name: (council.folder / name).read_bytes() for name in FILES}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@dataclass(frozen=True)
class Upgraded:
    """before: the folder of the files that release 0.1.0 left."""

    before: Path
    council: Council


@pytest.fixture(scope="module")
def upgraded(left_behind: Path, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """Files of release 0.1.0 after `csc-etl upgrade`; nobody writes there."""
    council = copy_of(left_behind, tmp_path_factory.mktemp("upgraded") / "council")
    ran = upgrade(council)
    assert ran.exit_code == 0, ran.err
    return Upgraded(left_behind, council)


def test_a_load_into_a_file_of_the_release_before_is_refused(
    council: Council, tmp_path: Path
) -> None:
    before = as_they_are(council)
    ran = council.load(earlier.last_night(tmp_path))
    assert is_said(ran, 2), ran.err
    assert "csc-etl upgrade" in ran.err
    assert "docs/upgrade.md" in ran.err
    assert as_they_are(council) == before
    assert council.work_left_behind() == []


@pytest.mark.parametrize("asked", ["status", "explain single_assessment 1001"])
def test_so_is_asking_it_anything(council: Council, asked: str) -> None:
    before = as_they_are(council)
    ran = command(*asked.split(), "--warehouse", council.url)
    assert is_said(ran, 2), ran.err
    assert "csc-etl upgrade" in ran.err
    assert as_they_are(council) == before
    assert names_in(council.folder) == FILES | {"westmere.toml"}


def lost(before: Path, after: Path) -> dict[str, tuple[int, int]]:
    """By table: its rows, and how many of them, in its columns of ``before``, ``after`` lacks.
    What was a floating point number is an exact decimal."""
    found = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{before}' as before (read_only)")
        connection.execute(f"attach '{after}' as after (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name, list(case data_type when 'DOUBLE' "
            "then format('cast({} as decimal(28, 10))', column_name) "
            "else format('\"{}\"', column_name) end) "
            "from duckdb_columns() as columns "
            "join duckdb_tables() using (database_name, schema_name, table_name) "
            "where database_name = 'before' group by all"
        )
        for table, names in tables.fetchall():
            columns = ", ".join(names)
            counted = connection.execute(
                f"select count(*), (select count(*) from (select {columns} from before.{table} "
                f"except all select {columns} from after.{table})) from before.{table}"
            )
            found[table] = counted.fetchall()[0]
    return found


@pytest.mark.parametrize(("file", "tables"), [("warehouse.duckdb", 36), (RESTRICTED, 2)])
def test_every_row_of_every_table_is_kept_as_it_was(
    upgraded: Upgraded, file: str, tables: int
) -> None:
    found = lost(upgraded.before / file, upgraded.council.folder / file)
    assert len(found) == tables
    assert all(number > 0 and lacking == 0 for number, lacking in found.values()), found


@pytest.mark.parametrize("file", sorted(FILES))
def test_the_tables_are_those_of_a_new_file(upgraded: Upgraded, tmp_path: Path, file: str) -> None:
    with DuckDBWarehouse(tmp_path / "warehouse.duckdb").writing("900"):
        pass
    for asked in (COLUMNS, KEYS):
        assert rows(upgraded.council.folder / file, asked) == rows(tmp_path / file, asked)


def test_no_dimension_gets_a_second_unknown_member(upgraded: Upgraded) -> None:
    for name in ("child", "family", "team", "timescale", "worker"):
        asked = f"select count(*) from warehouse.dim_{name} where {name}_key = 0"
        assert upgraded.council.rows(asked) == [(1,)], name


def test_every_view_of_this_release_can_be_read_however_the_file_is_opened(
    upgraded: Upgraded,
) -> None:
    names = list(views())
    with opened(upgraded.council.file) as attached:
        with duckdb.connect(str(upgraded.council.file), read_only=True) as by_its_name:
            for connection in (attached, by_its_name):
                for name in names:
                    connection.execute(f"select * from report.{name}").fetchone()
        made = attached.execute("select view_name from duckdb_views() where schema_name = 'report'")
        assert {name for (name,) in made.fetchall()} == set(names)


def test_the_published_figures_are_shown_as_they_were(upgraded: Upgraded) -> None:
    figures = ("value", "target", "distance_pct", "england", "statistical_neighbours",
               "previous_month", "same_month_last_year")  # fmt: skip
    # The release before kept them as floating point numbers.
    to_six_places = ", ".join(f"cast({figure} as decimal(28, 6))" for figure in figures)
    asked = f"select la_code, month, measure, {to_six_places} from report.comparison order by all"
    before = rows(upgraded.before / "warehouse.duckdb", asked)
    assert len(before) == 1200
    assert upgraded.council.rows(asked) == before


def test_the_files_keep_their_modes_and_nothing_is_left_beside_them(upgraded: Upgraded) -> None:
    folder = upgraded.council.folder
    assert names_in(folder) == BESIDE
    modes = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in FILES}
    assert modes == earlier.MODES


def test_the_nights_of_the_release_before_are_shown(upgraded: Upgraded) -> None:
    ran = command("status", "--warehouse", upgraded.council.url)
    assert ran.exit_code == 0, ran.err
    for night in (earlier.FIRST, earlier.LAST):
        assert str(night) in ran.out


def test_what_the_release_before_did_not_keep_is_explained_in_words(upgraded: Upgraded) -> None:
    ran = command("explain", "single_assessment", 1001, "--warehouse", upgraded.council.url)
    assert ran.exit_code == 0, ran.err
    assert ran.out.splitlines()[1:] == [
        "Single assessment completed in time: 45 working days. Source: Working Together to "
        "Safeguard Children.",
        "",
        "1. The clock started on Mon 10 November 2025: due Thu 15 January 2026.",
        "   How its days were counted was not kept by the release that worked it out.",
        "   Done Thu 8 January 2026 after 40 working days (59 days), first recorded Thu 8 January "
        "2026.",
        "   IN TIME",
    ]


def test_upgraded_twice_it_holds_the_same(upgraded: Upgraded, tmp_path: Path) -> None:
    twice = copy_of(upgraded.council.folder, tmp_path / "council")
    assert upgrade(twice).exit_code == 0
    for file in FILES:
        once = upgraded.council.folder / file
        for before, after in ((once, twice.folder / file), (twice.folder / file, once)):
            assert {lacking for _, lacking in lost(before, after).values()} == {0}
    assert names_in(twice.folder) == BESIDE


def _fail(*_: object) -> None:
    raise RuntimeError("a value of a record")


@pytest.mark.parametrize(
    ("where", "what"),
    [(duckdb_file, "add_unknown_members"), (upgrading, "publish_views"), (files.os, "fsync")],
    ids=["while tables are filled", "while views are made", "when all is written"],
)
def test_an_upgrade_that_fails_leaves_both_files_as_they_were(
    council: Council, monkeypatch: pytest.MonkeyPatch, where: object, what: str
) -> None:
    before = as_they_are(council)
    monkeypatch.setattr(where, what, _fail)
    ran = upgrade(council)
    assert is_said(ran, 1), ran.err
    assert "a value of a record" not in ran.err
    assert as_they_are(council) == before
    assert names_in(council.folder) == BESIDE


def test_one_that_fails_between_the_two_files_is_finished_by_the_next(
    council: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = as_they_are(council)
    known = Path(shutil.copy(council.restricted, tmp_path))
    replace, done = Path.replace, []

    def fail_the_second(copy: Path, target: Path) -> Path:
        done.append(target)
        if len(done) == 2:
            raise OSError(errno.EIO, "")
        return replace(copy, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail_the_second)
        assert upgrade(council).exit_code == 1
    assert done == [council.restricted, council.file]
    assert as_they_are(council)["warehouse.duckdb"] == before["warehouse.duckdb"]
    assert upgrade(council).exit_code == 0
    assert {lacking for _, lacking in lost(known, council.restricted).values()} == {0}


def test_what_a_killed_upgrade_left_is_cleared_by_the_next(council: Council) -> None:
    before = as_they_are(council)
    dying = (
        "import os, sys; from etl.warehouse import upgrade; "
        "upgrade.publish_views = lambda session: os._exit(9); upgrade.upgrade(sys.argv[1])"
    )
    killed = subprocess.run([sys.executable, "-c", dying, council.url], cwd=PROJECT, check=False)
    assert killed.returncode == 9
    assert as_they_are(council) == before
    assert names_in(council.folder) > BESIDE
    assert upgrade(council).exit_code == 0
    assert names_in(council.folder) == BESIDE


OF_A_LATER_RELEASE = {
    "a table": ("warehouse.duckdb", "create table star.fact_risk (risk text)"),
    "a column": ("warehouse.duckdb", "alter table star.dim_child add column risk text"),
    "a column of the audit": ("warehouse.duckdb", "alter table audit.load_run add column x int"),
    "a table of identities": (RESTRICTED, "create table carer (x int)"),
}


def _change(file: Path, sql: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as csc")
        connection.execute("use csc")
        connection.execute(sql)


@pytest.mark.parametrize("change", OF_A_LATER_RELEASE)
def test_a_file_of_a_later_release_is_refused_and_loses_nothing(
    upgraded: Upgraded, tmp_path: Path, change: str
) -> None:
    council = copy_of(upgraded.council.folder, tmp_path / "council")
    file, sql = OF_A_LATER_RELEASE[change]
    _change(council.folder / file, sql)
    before = as_they_are(council)
    for ran in (upgrade(council), council.load(earlier.last_night(tmp_path))):
        assert is_said(ran, 2), ran.err
        assert "no place for" in ran.err
    assert as_they_are(council) == before


@pytest.mark.parametrize("kind", ["table notes (note text)", "view notes as select 1 as note"])
def test_a_file_with_something_of_ones_own_is_not_upgraded(council: Council, kind: str) -> None:
    _change(council.file, f"create {kind}")
    before = as_they_are(council)
    ran = upgrade(council)
    assert is_said(ran, 2), ran.err
    assert "main.notes.note" in ran.err
    assert as_they_are(council) == before


def test_where_no_warehouse_is_none_is_made(tmp_path: Path) -> None:
    ran = command("upgrade", "--warehouse", f"duckdb:///{tmp_path / 'none.duckdb'}")
    assert is_said(ran, 2), ran.err
    assert names_in(tmp_path) == set()


def test_without_the_file_of_identities_the_warehouse_is_upgraded_and_knows_nobody(
    council: Council,
) -> None:
    council.restricted.unlink()
    assert upgrade(council).exit_code == 0
    assert rows(council.restricted, "from csc.child_identity") == []
    assert stat.S_IMODE(council.restricted.stat().st_mode) == 0o600


def test_a_file_that_lacks_identities_alone_has_its_views_after_an_upgrade(
    upgraded: Upgraded, tmp_path: Path
) -> None:
    """Its views are those of this release already, and the files are made anew all the same."""
    council = copy_of(upgraded.council.folder, tmp_path / "council")
    with duckdb.connect(council.restricted) as connection:
        connection.execute("drop table reported")
    ran = upgrade(council)
    assert ran.exit_code == 0, ran.err
    found = rows(
        council.file,
        "select view_name from duckdb_views() where database_name = 'csc' "
        "and schema_name = 'report' order by all",
    )
    assert [name for (name,) in found] == sorted(views())
