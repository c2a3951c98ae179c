"""What a night costs through each door, as far as it is read: landed and conformed.

Of the returns, a night of 20,000 children, written by ``bench.<kind>``; through the other doors the
golden night, beside the same night from files. Of a database, how much memory a table of many
records takes besides.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.alone import Processes, Spent, alone, least, peak_mebibytes
from bench.asked import Asked
from bench.nights import GOLDEN, PETERBOROUGH
from bench.results import Result

CHILDREN, LA_CODE = 20_000, "900"
# By kind, which is the name of the module here that writes the night: ``write_night(folder,
# children, night)`` returns where it is, of the authority LA_CODE.
RETURNS = ("cin_census", "annex_a", "ssda903")
NIGHT, GOLDEN_NIGHT = "2025-10-06", "2014-11-03"
SSD, SSD_SCHEMA = GOLDEN / "doors" / "ssd", "ssd_development"
MANY = 3_000_000


@dataclass(frozen=True)
class Door:
    """A night behind a door; extract is None where its records are asked of a database."""

    kind: str
    extract: Path | None
    authority: Path
    night: str


# Works: each is done in a process of its own.


def read(extract: str | None, authority: str, night: str, folder: str) -> int:
    """Land and conform a night; returns how many rows of records there are."""
    from datetime import date

    from etl.log import logger
    from etl.night.begin import begin
    from etl.night.walk import read_night

    logger.setLevel("ERROR")
    run = begin(
        Path(extract) if extract else None, Path(authority),
        f"duckdb:///{folder}/none.duckdb", extract_date=date.fromisoformat(night),
        landing=Path(folder) / "landing",
    )  # fmt: skip
    accounts = read_night(run, b"a key for this measurement alone")["accounts"]
    return sum(account["rows"] for account in accounts.values())


def write(kind: str, folder: str) -> str:
    """Write a night of a return; returns where it is."""
    from datetime import date

    module = importlib.import_module(f"bench.{kind}")
    return str(module.write_night(Path(folder), CHILDREN, date.fromisoformat(NIGHT)))


def mebibytes_more() -> float:
    """By how much the peak of memory grows when a database's table of many records is read."""
    from etl.sources.database.reading import read_database
    from etl.sources.door import Door as SourceDoor
    from etl.sources.liquidlogic.source import LIQUIDLOGIC_DATABASE
    from etl.sources.local import Local
    from etl.sources.mapping import known_columns
    from etl.sources.source import Expected

    columns = known_columns(LIQUIDLOGIC_DATABASE)
    expected = Expected(columns, 1 << 40, "874", SourceDoor("liquidlogic_database"))
    before = peak_mebibytes()
    for table in read_database(LIQUIDLOGIC_DATABASE, expected, Local()):
        for _ in table.content:
            pass
    return peak_mebibytes() - before


# What is told of them.


def measured(asked: Asked) -> list[Result]:
    """Every door."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*_returns(folder), *_same_night(folder, asked.times)]


def _returns(folder: Path) -> Iterator[Result]:
    """Once each: they take longer than what else runs on the machine would change."""
    for kind in RETURNS:
        extract = alone("bench.doors:write", kind=kind, folder=str(folder)).answer
        authority = folder / f"{kind}.toml"
        authority.write_text(
            f'[authority]\nla_code = "{LA_CODE}"\nname = "Anyshire"\n[source]\nkind = "{kind}"\n',
            encoding="utf-8",
        )
        yield from _of(kind, _read(Door(kind, Path(extract), authority, NIGHT), folder))


def _same_night(folder: Path, times: int) -> list[Result]:
    """The golden night through each door that has all of it, the least of so many times."""
    from bench.server import processes_of
    from servers.postgresql import running

    golden = GOLDEN / f"{GOLDEN_NIGHT}.zip"
    dataset, said = SSD / f"{GOLDEN_NIGHT}.zip", SSD / "ssd_files.toml"
    files = {
        "liquidlogic": Door("liquidlogic_files", golden, PETERBOROUGH, GOLDEN_NIGHT),
        "ssd": Door("ssd_files", dataset, said, GOLDEN_NIGHT),
    }
    results: list[Result] = []
    for source, door in files.items():
        from_files = least(times, partial(_read, door, folder))
        with running() as server:
            url = server.new_database()
            asks = _in_database(source, door, url, folder)
            once = partial(_read, asks, folder, processes_of(server))
            from_database = least(times, once)
            more = _more_records(url) if source == "liquidlogic" else []
        results += [*_of(door.kind, from_files), *_of(asks.kind, from_database), *more]
        ratio = from_database.without_imports / from_files.without_imports
        results.append(Result(f"{asks.kind}: times its files", "times", ratio))
    return results


def _in_database(source: str, door: Door, url: str, folder: Path) -> Door:
    """The same night in a database, at the URL that the settings then name."""
    from doors.filling import SCHEMA, fill
    from sqlalchemy import make_url

    kind, schema = f"{source}_database", SCHEMA if source == "liquidlogic" else SSD_SCHEMA
    fill(url, door.extract, schema=schema, named=str.upper if schema == SCHEMA else str.lower)  # type: ignore[arg-type]
    os.environ["CSC_ETL_SOURCE_URL"] = make_url(url).render_as_string(hide_password=False)
    authority = folder / f"{kind}.toml"
    said = door.authority.read_text(encoding="utf-8")
    asks = f'"{kind}"\nschema = "{schema}"'
    authority.write_text(said.replace(f'"{door.kind}"', asks), encoding="utf-8")
    return Door(kind, None, authority, GOLDEN_NIGHT)


def _more_records(url: str) -> list[Result]:
    """What a table of many records adds to the peak of memory."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(
            'insert into "Child_Social"."FACT_CASENOTES" ("FACT_CASENOTE_ID", "DIM_PERSON_ID", '
            "\"DIM_LOOKUP_CASNT_TYPE_ID_CODE\") select 1000000 + n, 1, 'STVC' "
            f"from generate_series(1, {MANY}) as n".encode()
        )
    more = alone("bench.doors:mebibytes_more").answer
    return [Result(f"{MANY:,} more records of a table: memory", "MiB", more)]


def _read(door: Door, folder: Path, server: Processes | None = None) -> Spent:
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        return alone(
            "bench.doors:read", server, extract=str(door.extract) if door.extract else None,
            authority=str(door.authority), night=door.night, folder=fresh,
        )  # fmt: skip


def _of(kind: str, spent: Spent) -> Iterator[Result]:
    yield Result(kind, "process seconds", spent.seconds)
    yield Result(f"{kind}: rows", "rows", spent.answer)
    yield Result(f"{kind}: a row", "microseconds", spent.seconds / spent.answer * 1e6)
    yield Result(f"{kind}: peak memory", "MiB", spent.mebibytes)
