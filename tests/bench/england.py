"""Many authorities in one warehouse, and many nights of one: what an authority's night costs must
not depend on how many others there are, nor the warehouse grow by more than what changed.

Run by ``make bench-england``; ``--authorities`` and ``--engine`` make it shorter. Each night is
loaded by a process of its own, as Airflow does it. Machines are shared, so process seconds count,
those of a PostgreSQL server among them; and what is compared was loaded in turns, the one into a
warehouse of few authorities and the other into that of many.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from servers.postgresql import Server, running

from etl.contracts.contract import Table
from etl.contracts.register import STAR
from etl.demo.extract import write_extract
from etl.demo.world import FEWEST_CHILDREN
from etl.log import logger
from etl.night.begin import begin
from etl.night.walk import load_night
from etl.settings import PROJECT, PSEUDONYM_KEY
from etl.warehouse import open_warehouse
from etl.warehouse.keys import content_columns, version_key
from etl.warehouse.schema import build_metadata

AUTHORITIES = 150
# Children known to each of three authorities, and so on for the next three.
SIZES = (1_000, 5_000, 2_000)
NIGHTS = (date(2025, 10, 6), date(2025, 10, 13))
TEN_NIGHTS = tuple(NIGHTS[0] + timedelta(days=day) for day in range(10))
FIRST_CODE = 201
# Ours to say: how much dearer a night may be among many, and what a process may hold.
MOST_TIMES, MOST_MEBIBYTES = 1.2, 4096
# How much bigger ten nights of a council may be than its first, whose file has no room yet in which
# what a night writes anew can be written.
MOST_BYTES_TIMES = 2.0
LIMITS = {
    "needless versions": 0.0,
    "rows of the star that are no new version": 0.0,
    "figures after ten, times one night's": MOST_TIMES,
    "MiB after ten, times one night's": MOST_BYTES_TIMES,
}
WESTMERE = (PROJECT / "etl" / "demo" / "westmere.toml").read_text(encoding="utf-8")
_TICKS = os.sysconf("SC_CLK_TCK")

Results = dict[str, float]


@dataclass(frozen=True)
class Spent:
    """What loading a night took: process seconds, those of a server among them, MiB written by the
    loading process, the peak of its memory in MiB, and the rows of the extract."""

    seconds: float
    mebibytes_written: float
    peak_mebibytes: float
    rows: int


@dataclass(frozen=True)
class England:
    """A warehouse at a URL, and the folder of its files. server_seconds: what its server took so
    far; 0 without one."""

    folder: Path
    url: str
    server_seconds: Callable[[], float]

    def load(self, code: int, extract: Path) -> Spent:
        """Load an authority's night in a process of its own."""
        authority = self.folder / f"{code}.toml"
        authority.write_text(WESTMERE.replace('"900"', f'"{code}"'), encoding="utf-8")
        before = self.server_seconds()
        told, used = _in_a_process(lambda: self._loaded(authority, extract))
        return Spent(
            seconds=used.ru_utime + used.ru_stime + self.server_seconds() - before,
            mebibytes_written=told["bytes"] / 2**20,
            peak_mebibytes=used.ru_maxrss / 2**10,
            rows=told["rows"],
        )

    def _loaded(self, authority: Path, extract: Path) -> dict[str, int]:
        run = begin(extract, authority, self.url, landing=self.folder / "landing")
        is_loaded, _ = load_night(run)
        if not is_loaded:
            raise SystemExit(f"{extract} was loaded already")
        said = Path("/proc/self/io").read_text(encoding="utf-8")
        rows = (extract / "MANIFEST.csv").read_text(encoding="utf-8").splitlines()[1:]
        return {
            "bytes": int(said.partition("\nwrite_bytes: ")[2].split()[0]),
            "rows": sum(int(line.rpartition(",")[2]) for line in rows),
        }

    def mebibytes(self) -> float:
        """How big the warehouse is."""
        if self.url.startswith("duckdb"):
            return sum(file.stat().st_size for file in self.folder.glob("*.duckdb")) / 2**20
        return float(self.ask("select pg_database_size(current_database())")[0][0]) / 2**20

    def rest(self) -> None:
        """Let a server take away what was replaced. By itself it does so within minutes, of a table
        of which a fifth was; between two nights here there are none."""
        if self.url.startswith("postgresql"):
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("vacuum")

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """In a process of its own: what DuckDB begins in this one, a fork of it would wait for."""

        def asked() -> list[tuple[Any, ...]]:
            with open_warehouse(self.url).reading() as session:
                return session.rows(sql)

        return [tuple(row) for row in _in_a_process(asked)[0]]


def _in_a_process(work: Callable[[], Any]) -> tuple[Any, Any]:
    """Do the work in a fork, which has imported what it needs; returns what that returned, as JSON
    knows it, and what the process used. Raises SystemExit where it fails."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            told = json.dumps(work())
            with os.fdopen(writing, "w") as pipe:
                pipe.write(told)
            os._exit(0)
        except BaseException as error:  # nothing of the parent is run in the fork
            sys.stderr.write(f"{error}\n")
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit("a load failed")
    return json.loads(told), used


@contextmanager
def warehouses(engine: str, number: int) -> Iterator[list[England]]:
    """So many empty ones, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / str(n) for n in range(number)]
        for folder in folders:
            folder.mkdir()
        if engine == "duckdb":
            yield [England(f, f"duckdb:///{f / 'warehouse.duckdb'}", lambda: 0.0) for f in folders]
            return
        with running() as server:
            seconds = _seconds_of(server)
            yield [England(folder, server.new_database(), seconds) for folder in folders]


def _seconds_of(server: Server) -> Callable[[], float]:
    """What the processes of a server on this machine took so far; those that ended count in its
    first process's figures."""
    [(data,)] = server.run("show data_directory")
    first = int((Path(data) / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def seconds() -> float:
        children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="utf-8").split()
        ticks = sum(_ticks(first)) + sum(sum(_ticks(int(child))[:2]) for child in children)
        return ticks / _TICKS

    return seconds


def _ticks(process: int) -> tuple[int, int, int, int]:
    """Its own in user and system mode, and those of what it started and waited for."""
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:  # ended since: in the first process's figures
        return 0, 0, 0, 0
    own_user, own_system, user, system = map(int, said.rpartition(")")[2].split()[11:15])
    return own_user, own_system, user, system


def extracts_of(folder: Path, nights: Sequence[date]) -> list[list[Path]]:
    """By night, the extract of each size. Authorities of a size have the same: so have their ids,
    which are anybody's."""
    of = {
        size: [write_extract(folder / str(size), children=size, extract_date=n) for n in nights]
        for size in sorted(set(SIZES))
    }
    return [[of[size][night] for size in SIZES] for night in range(len(nights))]


def many_authorities(engine: str, authorities: int) -> Results:
    """Load them one after the other; then, in turns with a warehouse that has only one authority of
    each size, some more and their next night."""
    rounds = max(authorities // len(SIZES), 3)
    with tempfile.TemporaryDirectory() as name, warehouses(engine, 2) as (few, many):
        first, later = extracts_of(Path(name), NIGHTS)
        _one_of_each(few, 0, first)
        found: Results = {"authorities": rounds * len(SIZES)}
        for number in range(rounds):
            spent = _one_of_each(many, number, first)
            for part, at in (("first", 1), ("middle", rounds // 2), ("last", rounds - 1)):
                if number == at:
                    found |= _said(f"{part} authorities", spent)
        found["warehouse: MiB"] = many.mebibytes()
        for night, extracts in (("first night", first), ("later night", later)):
            among_few, among_many = _in_turns(few, many, rounds, extracts)
            found |= _said(f"{night} among few", among_few)
            found |= _said(f"{night} among many", among_many)
            found[f"{night}: times"] = _seconds(among_many) / _seconds(among_few)
    return found


def _one_of_each(england: England, number: int, extracts: Sequence[Path]) -> list[Spent]:
    """An authority of each size: the same number has the same authorities."""
    code = FIRST_CODE + number * len(SIZES)
    return [england.load(code + n, extract) for n, extract in enumerate(extracts)]


def _in_turns(
    few: England, many: England, number: int, extracts: Sequence[Path]
) -> tuple[list[Spent], list[Spent]]:
    pairs: list[tuple[Spent, Spent]] = []
    for n, extract in enumerate(extracts):
        code = FIRST_CODE + number * len(SIZES) + n
        pairs.append((few.load(code, extract), many.load(code, extract)))
    return [one for one, _ in pairs], [other for _, other in pairs]


def _said(what: str, spent: Sequence[Spent]) -> Results:
    rows = sum(each.rows for each in spent)
    return {
        f"{what}: process seconds": _seconds(spent),
        f"{what}: microseconds a row": 1e6 * _seconds(spent) / rows,
        f"{what}: MiB written": sum(each.mebibytes_written for each in spent),
        f"{what}: peak MiB": max(each.peak_mebibytes for each in spent),
    }


def _seconds(spent: Sequence[Spent]) -> float:
    return sum(each.seconds for each in spent)


def ten_nights(engine: str) -> Results:
    """A small council's nights: what the rows and bytes of the warehouse grow by. Of every night
    the audit keeps about as many lines, whatever changed."""
    after: list[Results] = []
    with tempfile.TemporaryDirectory() as name, warehouses(engine, 1) as (england,):
        for night in TEN_NIGHTS:
            extract = write_extract(Path(name), children=FEWEST_CHILDREN, extract_date=night)
            england.load(FIRST_CODE, extract)
            england.rest()
            after.append(_size(england))
        needless = sum(england.ask(_needless(table))[0][0] for table in _WITH_HISTORY)
    one, ten = after[0], after[-1]
    brought = ten["versions"] - one["versions"]
    return {
        **{f"after one night: {name}": value for name, value in one.items()},
        **{f"after ten: {name}": value for name, value in ten.items()},
        "needless versions": needless,
        "rows of the star that are no new version": ten["star"] - one["star"] - brought,
        "figures after ten, times one night's": ten["report"] / one["report"],
        "MiB after ten, times one night's": ten["MiB"] / one["MiB"],
    }


_WITH_HISTORY = [table for table in STAR if table.keeps_history and table.has_authority]


def _size(england: England) -> Results:
    """Of the warehouse: the rows of each part but the identities, which are one for each member,
    and how many versions the nights say that they wrote."""
    counts = {
        schema: " + ".join(
            f"(select count(*) from {table.schema}.{table.name})"
            for table in build_metadata().sorted_tables
            if table.schema == schema
        )
        for schema in ("warehouse", "report", "audit")
    }
    written = "(select cast(sum(new_versions) as bigint) from audit.table_load)"
    [row] = england.ask(f"select {', '.join(counts.values())}, {written}")
    return dict(zip(("star", "report", "audit", "versions"), row, strict=True)) | {
        "MiB": england.mebibytes()
    }


def _needless(table: Table) -> str:
    """SQL that counts the versions whose content is that of the one which they took the place
    of."""
    same = " and ".join(
        f"later.{name} is not distinct from earlier.{name}" for name in content_columns(table)
    )
    its = " and ".join(f"later.{name} = earlier.{name}" for name in version_key(table))
    return (
        f"select count(*) from warehouse.{table.warehouse} as earlier "
        f"join warehouse.{table.warehouse} as later "
        f"on later.la_code = earlier.la_code and later.known_from = earlier.known_to "
        f"and {its or 'true'} where {same}"
    )


def limit(name: str) -> float | None:
    """What a figure may be at the most; None where nobody set it."""
    if name in LIMITS:
        return LIMITS[name]
    if name.endswith(": times"):
        return MOST_TIMES
    return MOST_MEBIBYTES if name.endswith(": peak MiB") else None


def missed(found: Results) -> list[str]:
    """What is above its limit."""
    limits = {name: limit(name) for name in found}
    return [
        f"{name} is {found[name]:,.2f}, may be {most:g}"
        for name, most in limits.items()
        if most is not None and found[name] > most
    ]


def main() -> int:
    """Print the figures; 1 where one is above its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authorities", type=int, default=AUTHORITIES)
    parser.add_argument("--engine", choices=("duckdb", "postgresql"), action="append")
    asked = parser.parse_args()
    os.environ[PSEUDONYM_KEY] = "a key for this measurement alone"
    logger.setLevel("ERROR")
    import_module("etl.night.steps")  # once: what is compared is the work
    above = []
    for engine in asked.engine or ("duckdb", "postgresql"):
        for subject, found in (
            ("many authorities", many_authorities(engine, asked.authorities)),
            ("ten nights", ten_nights(engine)),
        ):
            lines = "\n".join(f"  {name}: {value:,.2f}" for name, value in found.items())
            sys.stdout.write(f"{engine}, {subject}\n{lines}\n")
            above += [f"{engine}, {subject}: {what}" for what in missed(found)]
    sys.stdout.write("".join(f"MISSED {each}\n" for each in above))
    return int(bool(above))


if __name__ == "__main__":
    sys.exit(main())
