"""Six authorities loaded at once, by six processes, into one warehouse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from etl.settings import PROJECT
from nights.beating import FORKS, warm_up
from nights.loading import KEY, PSEUDONYM_KEY, WESTMERE, Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NIGHT = date(2026, 3, 3)
AUTHORITIES = ("901", "902", "903", "904", "905", "906")
WRITE_UNTIL_KILLED = """
import sys, time
from etl.warehouse import open_warehouse
with open_warehouse(sys.argv[1]).writing(sys.argv[2]):
    print("writing", flush=True)
    time.sleep(600)
"""


def begin(program: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own that runs this program."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=PROJECT, env={**os.environ, PSEUDONYM_KEY: KEY},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def load_one_after_the_other(loads: list[list[str]], said: Path) -> None:
    """In a process of its own: its exit code is that of the worst load."""
    ran = [command(*arguments) for arguments in loads]
    said.write_text("".join(each.err for each in ran), encoding="utf-8")
    sys.exit(max(each.exit_code for each in ran))


def kill_a_load(council: Council) -> None:
    """A load of the first authority dies while it writes; a file's half-written copy stays."""
    with begin(WRITE_UNTIL_KILLED, council.url, AUTHORITIES[0]) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
    copy = council.file.with_name(f"{council.file.name}.loading")
    assert copy.exists() is (council.database is None)


def begin_loads(folder: Path, la_code: str, councils: list[Council]) -> ForkServerProcess:
    """A process that loads an authority with a life and a file of its own into each warehouse."""
    extract = write_extract(folder / la_code, children=1000, extract_date=NIGHT, seed=int(la_code))
    authority = folder / f"{la_code}.toml"
    text = WESTMERE.read_text(encoding="utf-8").replace('la_code = "900"', f'la_code = "{la_code}"')
    authority.write_text(text, encoding="utf-8")
    loads = [replace(council, authority=authority).arguments(extract) for council in councils]
    process = FORKS.Process(target=load_one_after_the_other, args=(loads, said_in(folder, la_code)))
    process.start()
    return process


def said_in(folder: Path, la_code: str) -> Path:
    """What an authority's process said."""
    return folder / f"{la_code}.txt"


@dataclass(frozen=True)
class Six:
    """council: whose warehouse all six share. ended: each process's exit code and what it said."""

    council: Council
    ended: dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def six_in(
    engines: dict[str, Engine], tmp_path_factory: pytest.TempPathFactory
) -> dict[Engine, Six]:
    """The same processes load into both engines. First into the database, whose tables all six may
    make."""
    warm_up()
    folder = tmp_path_factory.mktemp("six")
    councils = {engine: engine.council(folder / name, WESTMERE) for name, engine in engines.items()}
    for council in councils.values():
        kill_a_load(council)
    in_turn = sorted(councils.values(), key=lambda council: council.database is None)
    processes = {code: begin_loads(folder, code, in_turn) for code in AUTHORITIES}
    ended = {}
    for code, process in processes.items():
        process.join(timeout=600)
        assert process.exitcode is not None
        ended[code] = (process.exitcode, said_in(folder, code).read_text(encoding="utf-8"))
    return {engine: Six(council, ended) for engine, council in councils.items()}


@pytest.fixture(scope="module")
def six(engine: Engine, six_in: dict[Engine, Six]) -> Six:
    return six_in[engine]


def test_every_process_loads_its_authority_though_one_was_killed_before(six: Six) -> None:
    assert [said for exit_code, said in six.ended.values() if exit_code != 0] == []
    loaded = six.council.rows(
        "select la_code from audit.load_run where status = 'loaded' order by la_code"
    )
    assert loaded == [(code,) for code in AUTHORITIES]


def test_no_load_into_a_database_waits_for_a_killed_one_or_another_authoritys(
    engines: dict[str, Engine], six_in: dict[Engine, Six]
) -> None:
    ended = six_in[engines["postgresql"]].ended
    assert all("checked" in said for _, said in ended.values())
    assert [said for _, said in ended.values() if "load of this authority" in said] == []


def test_nothing_half_written_is_left_beside_the_warehouse(six: Six) -> None:
    of_the_engine = () if six.council.database else (
        "warehouse.duckdb", "warehouse.duckdb.lock", "warehouse.restricted.duckdb",
    )  # fmt: skip
    found = sorted(path.name for path in six.council.folder.iterdir())
    assert found == ["landing", "pages", *of_the_engine]
    assert six.council.work_left_behind() == []


@pytest.mark.parametrize("name", ["child", "family", "team", "worker", "timescale"])
def test_a_key_belongs_to_one_authority(six: Six, name: str) -> None:
    found = six.council.rows(
        f"select count(*), count(distinct {name}_key), count(distinct la_code) "
        f"from warehouse.dim_{name} where {name}_key > 0",
    )
    members, keys, authorities = found[0]
    assert members == keys > 0
    assert authorities == len(AUTHORITIES)


@pytest.mark.parametrize("name", ["child", "family", "worker"])
def test_tokens_of_two_authorities_never_match(six: Six, name: str) -> None:
    shared = six.council.rows(
        f"select count(*) from (select {name}_token from warehouse.dim_{name} "
        f"where {name}_key > 0 group by {name}_token having count(distinct la_code) > 1) as shared",
    )
    assert shared == [(0,)]


def test_identities_of_every_authority_are_kept_apart(six: Six) -> None:
    found = six.council.rows(
        "select la_code, count(*) > 500, count(distinct case_number) = count(*) "
        "from restricted.child_identity group by la_code order by la_code",
    )
    assert found == [(code, True, True) for code in AUTHORITIES]


def test_monthly_measures_of_each_authority_are_published(six: Six) -> None:
    published = six.council.rows(
        "select la_code, count(distinct measure), count(distinct month), "
        "max(numerator) filter (where measure = 'contacts') > 0 "
        "from report.monthly_measure group by la_code order by la_code",
    )
    assert [row[0] for row in published] == list(AUTHORITIES)
    assert len({row[1:] for row in published}) == 1
    assert published[0][2:] == (37, True)


def test_codes_are_known_since_the_first_night_of_any_authority_in_whichever_order_they_come(
    engines: dict[str, Engine], tmp_path: Path
) -> None:
    council = engines["duckdb"].council(tmp_path / "council", WESTMERE)
    assert council.load(write_extract(tmp_path, children=1000, extract_date=NIGHT)).exit_code == 0
    earlier = date(2026, 3, 2)
    other = tmp_path / "901.toml"
    text = WESTMERE.read_text(encoding="utf-8").replace('la_code = "900"', 'la_code = "901"')
    other.write_text(text, encoding="utf-8")
    extract = write_extract(tmp_path / "901", children=1000, extract_date=earlier)
    assert replace(council, authority=other).load(extract).exit_code == 0
    known = council.rows("select distinct known_from from warehouse.dim_code")
    assert known == [(earlier,)]
