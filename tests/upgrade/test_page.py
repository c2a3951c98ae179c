"""The commands of docs/upgrade.md do what the page says: copy, upgrade, go back; add a revision."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from nights.loading import Council, command, rows
from servers.postgresql import Server

from etl.contracts.register import STAR
from etl.settings import PROJECT
from etl.warehouse.keys import content_columns
from upgrade import earlier
from upgrade.releases import asked, content, database_of_this_release, next_release

PAGE = (PROJECT / "docs" / "upgrade.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


COPY_FILES, DUMP, UPGRADE, PUT_FILES_BACK, RESTORE = blocks("sh")
[REVISION] = blocks("python")


def follow(commands: str, folder: Path, url: str, programs: Path | None = None) -> None:
    """Run commands of the page in a folder, with the programs of this environment."""
    places = [str(Path(sys.executable).parent), *filter(None, [programs]), os.environ["PATH"]]
    environment = {**os.environ, "WAREHOUSE": url, "PATH": os.pathsep.join(map(str, places))}
    ran = subprocess.run(
        ["bash", "-euc", commands], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()


@pytest.mark.slow
def test_files_are_copied_upgraded_and_put_back_as_the_page_says(council: Council) -> None:
    files = [council.file, council.restricted]
    before = [(file.read_bytes(), file.stat().st_mode) for file in files]
    follow(COPY_FILES, council.folder, council.url)
    follow(UPGRADE, council.folder, council.url)
    assert council.file.read_bytes() != before[0][0]
    follow(PUT_FILES_BACK, council.folder, council.url)
    assert [(file.read_bytes(), file.stat().st_mode) for file in files] == before
    assert (council.folder / "before").stat().st_mode & 0o777 == 0o700


@pytest.fixture
def programs(postgresql_server: Server) -> Path | None:
    """Where the server has pg_dump; None for those on the path."""
    [(folder,)] = postgresql_server.run("select setting from pg_config where name = 'BINDIR'")
    if Path(folder, "pg_dump").exists():
        return Path(folder)
    if not shutil.which("pg_dump"):
        pytest.skip("there is no pg_dump")
    return None


def test_a_database_is_dumped_upgraded_and_restored_as_the_page_says(
    postgresql_server: Server, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database_of_this_release(postgresql_server)
    before = content(url)
    follow(DUMP, tmp_path, url, programs)
    assert (tmp_path / "before.dump").stat().st_mode & 0o777 == 0o600
    with monkeypatch.context() as patch:
        next_release(patch, tmp_path)
        assert command("upgrade", "--warehouse", url).exit_code == 0
    follow(RESTORE, tmp_path, url, programs)
    assert content(url) == before
    assert asked(url, "select la_code from report.referral", "csc_analyst") == []
    assert command("status", "--warehouse", url).exit_code == 0
    assert command("upgrade", "--warehouse", url).exit_code == 0


def test_the_revision_that_the_page_shows_runs(
    postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database_of_this_release(postgresql_server)
    next_release(monkeypatch, tmp_path, REVISION)
    assert command("upgrade", "--warehouse", url).exit_code == 0
    assert asked(url, "select distinct priority from warehouse.fact_referral") == [(None,)]


def test_the_page_names_what_the_tables_of_release_0_1_0_gained_and_which_rows_get_a_version(
    left_behind: Path,
) -> None:
    said = {
        table: (set(re.findall(r"`(\w+)`", columns)), not versions.startswith("none"))
        for table, columns, versions in re.findall(
            r"^ *\| `(\w+)` \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE
        )
    }
    had = rows(left_behind / "warehouse.duckdb", "select table_name, column_name from "
               "duckdb_columns() where schema_name = 'star'")  # fmt: skip
    names = {name for name, _ in had}
    gained = {
        table.warehouse: (new, table.warehouse in earlier.VERSIONS)
        for table in STAR
        if table.keeps_history and table.warehouse in names
        if (new := {name for name in content_columns(table) if (table.warehouse, name) not in had})
    }
    assert said == gained
