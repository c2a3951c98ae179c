"""Four authorities loaded at once, by four processes, into one warehouse."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import psycopg
import pytest

from etl.demo.extract import write_extract
from etl.settings import PROJECT
from nights.loading import KEY, PSEUDONYM_KEY, WESTMERE, Council, Engine

pytestmark = pytest.mark.slow

NIGHT = date(2026, 3, 3)
AUTHORITIES = ("901", "902", "903", "904")
TAKE_THE_LOCK = """
import fcntl, sys, time
handle = open(sys.argv[1], "a")
fcntl.flock(handle, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(600)
"""


def leave_a_lock_of_a_killed_process(warehouse: Path) -> None:
    """What a load that was killed leaves: its lock file, and a half-written copy."""
    lock = warehouse.with_name(f"{warehouse.name}.lock")
    holder = subprocess.Popen(
        [sys.executable, "-c", TAKE_THE_LOCK, str(lock)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        holder.send_signal(signal.SIGKILL)
    assert lock.exists()
    warehouse.with_name(f"{warehouse.name}.loading").write_bytes(b"half of a copy")


def begin_load(folder: Path, la_code: str, one: Council) -> subprocess.Popen[str]:
    """A process that loads an authority with a life and a file of its own."""
    extract = write_extract(folder / la_code, children=1000, extract_date=NIGHT, seed=int(la_code))
    authority = folder / f"{la_code}.toml"
    text = WESTMERE.read_text(encoding="utf-8").replace('la_code = "900"', f'la_code = "{la_code}"')
    authority.write_text(text, encoding="utf-8")
    arguments = replace(one, authority=authority).arguments(extract)
    return subprocess.Popen(
        [sys.executable, "-m", "etl.cli", *arguments],
        cwd=PROJECT, env={**os.environ, PSEUDONYM_KEY: KEY},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Four:
    """council: whose warehouse they all share. ended: each process's exit code and what it said."""

    council: Council
    ended: dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def four(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Four:
    folder = tmp_path_factory.mktemp("four")
    one = engine.council(folder / "warehouse", WESTMERE)
    one.folder.mkdir()
    if one.database:
        load_and_kill(folder, one)
    else:
        leave_a_lock_of_a_killed_process(one.file)
    processes = {code: begin_load(folder, code, one) for code in AUTHORITIES}
    ended = {}
    for code, process in processes.items():
        _, said = process.communicate(timeout=600)
        ended[code] = (process.returncode, said)
    return Four(one, ended)


def load_and_kill(folder: Path, one: Council) -> None:
    """A load that dies while it holds its authority's lock, half of its tables made."""
    process = begin_load(folder, AUTHORITIES[0], one)
    with psycopg.connect(one.url, autocommit=True) as connection:
        while not connection.execute(LOCK_IS_HELD).fetchall():
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    shutil.rmtree(folder / AUTHORITIES[0])
    shutil.rmtree(one.folder / "landing")


# Of an advisory lock, whose two numbers are ours and the authority's.
LOCK_IS_HELD = f"""
select 1 from pg_locks join pg_database on pg_database.oid = pg_locks.database
where locktype = 'advisory' and objid = {AUTHORITIES[0]} and datname = current_database()
"""


def test_every_process_loads_its_authority_though_one_was_killed_before(four: Four) -> None:
    assert [said for exit_code, said in four.ended.values() if exit_code != 0] == []
    loaded = four.council.rows(
        "select la_code from audit.load_run where status = 'loaded' order by la_code"
    )
    assert loaded == [(code,) for code in AUTHORITIES]


def test_nothing_half_written_is_left_beside_the_warehouse(four: Four) -> None:
    of_the_engine = () if four.council.database else (
        "warehouse.duckdb", "warehouse.duckdb.lock", "warehouse.restricted.duckdb",
    )  # fmt: skip
    found = sorted(path.name for path in four.council.folder.iterdir())
    assert found == ["landing", "pages", *of_the_engine]
    assert four.council.work_left_behind() == []


@pytest.mark.parametrize("name", ["child", "family", "team", "worker", "timescale"])
def test_a_key_belongs_to_one_authority(four: Four, name: str) -> None:
    found = four.council.rows(
        f"select count(*), count(distinct {name}_key), count(distinct la_code) "
        f"from warehouse.dim_{name} where {name}_key > 0",
    )
    members, keys, authorities = found[0]
    assert members == keys > 0
    assert authorities == len(AUTHORITIES)


@pytest.mark.parametrize("name", ["child", "family", "worker"])
def test_tokens_of_two_authorities_never_match(four: Four, name: str) -> None:
    shared = four.council.rows(
        f"select count(*) from (select {name}_token from warehouse.dim_{name} "
        f"where {name}_key > 0 group by {name}_token having count(distinct la_code) > 1) as shared",
    )
    assert shared == [(0,)]


def test_identities_of_every_authority_are_kept_apart(four: Four) -> None:
    found = four.council.rows(
        "select la_code, count(*) > 500, count(distinct case_number) = count(*) "
        "from restricted.child_identity group by la_code order by la_code",
    )
    assert found == [(code, True, True) for code in AUTHORITIES]


def test_monthly_measures_of_each_authority_are_published(four: Four) -> None:
    published = four.council.rows(
        "select la_code, count(distinct measure), count(distinct month), "
        "max(numerator) filter (where measure = 'contacts') > 0 "
        "from report.monthly_measure group by la_code order by la_code",
    )
    assert [row[0] for row in published] == list(AUTHORITIES)
    assert len({row[1:] for row in published}) == 1
    assert published[0][2:] == (25, True)
