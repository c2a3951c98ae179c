"""Begins a night: its run, from what was asked for. Light until a function is called: a scheduler
reads this every minute."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from etl.errors import WrongUsage
from etl.run import Arrival, Run, checked, new_run_id

if TYPE_CHECKING:
    from etl.authority import Authority


def authority_of(path: Path) -> Authority:
    """The authority's file, checked against the timescales and measures that exist."""
    from etl.authority import read_authority
    from etl.derive.register import TIMESCALES
    from etl.publish.measures import measure_names

    return read_authority(path, timescales=TIMESCALES, measures=measure_names(tuple(TIMESCALES)))


def begin(
    extract: Path | str | None,
    authority_file: Path,
    warehouse: str,
    *,
    extract_date: date | None = None,
    landing: Path | None = None,
) -> Run:
    """The run for one extract, at a path or a URL; None where the authority's records are asked of
    a database. Raises WrongUsage where a path, URL, date, the authority's file or the mapping of
    its source is wrong."""
    from etl.sources.mapping import mappings
    from etl.sources.register import SOURCES

    authority_file = checked(authority_file, "the authority's file")
    authority = authority_of(authority_file)
    landing, pages = folders(warehouse, landing)
    arrival = _arrival(authority, extract, extract_date, landing)
    for door in authority.doors:
        mappings(SOURCES[door.kind])
    return Run(
        run_id=new_run_id(authority.la_code, arrival.date),
        la_code=authority.la_code,
        arrival=arrival,
        authority_file=authority_file,
        warehouse=warehouse,
        landing=checked(landing, "the landing folder"),
        pages=checked(pages, "the pages"),
    )


def asks_a_database(authority: Authority) -> bool:
    """Whether none of the authority's records arrive: all are asked of a database."""
    from etl.sources.register import SOURCES

    return all(SOURCES[door.kind].is_database for door in authority.doors)


def _arrival(
    authority: Authority, extract: Path | str | None, asked: date | None, landing: Path
) -> Arrival:
    """What came of the night: the extract; a database is asked on the day it is, of which it then
    holds the records, or for the one asked for."""
    from etl.sources.arrival.arrival import arrival_at, arrival_elsewhere
    from etl.sources.arrival.place import checked_url, is_url

    kind = authority.door.kind
    if extract is None:
        return _of_a_database(authority, asked)
    if is_url(str(extract)) and not asks_a_database(authority):
        return arrival_elsewhere(kind, checked_url(str(extract)), asked)
    path = checked(Path(extract), "the extract")
    landed = checked(landing, "the landing folder") / authority.la_code / path.name
    if path == landed or not asks_a_database(authority):
        return arrival_at(kind, path, asked)
    raise _wrong_extract(
        f"An extract was given, and the records of kind {kind} are asked of a database.",
        "Leave the extract out; --date says for which day, where that is not today.",
    )


def _of_a_database(authority: Authority, asked: date | None) -> Arrival:
    from etl.sources.database.address import address_of
    from etl.sources.register import SOURCES

    kind = authority.door.kind
    arriving = [door.kind for door in authority.doors if not SOURCES[door.kind].is_database]
    if arriving:
        raise _wrong_extract(
            f"No extract was given, and the records of kind {' and '.join(arriving)} come as one.",
            "Give the folder or zip of one night, such as extracts/2014-11-03.",
        )
    for door in authority.doors:
        address_of(authority.la_code, door.connection).engine().dispose()
    return Arrival(kind, None, asked or datetime.now(ZoneInfo("Europe/London")).date())


def _wrong_extract(what: str, next: str) -> WrongUsage:
    return WrongUsage(what, where="the extract asked for", means="No night was begun.", next=next)


def folders(warehouse: str, landing: Path | None) -> tuple[Path, Path]:
    """Landing and pages: beside a warehouse that is a file, else pages beside landing. Raises
    WrongUsage where it is none, and nobody named a landing folder."""
    from etl.warehouse import open_warehouse

    folder = open_warehouse(warehouse).default_folder()
    if folder is not None:
        return landing or folder / "landing", folder / "pages"
    if landing is None:
        raise WrongUsage(
            "A warehouse in a database has no folder for landed extracts.",
            where="landing folder",
            means="No night was begun.",
            next="Name an owner-only folder: --landing DIR, in the DAG CSC_ETL_LANDING. The pages "
            "of checks go beside it, to pages/.",
        )
    return landing, landing.parent / "pages"
