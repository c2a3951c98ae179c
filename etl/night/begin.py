"""Begins a night: its run, from what was asked for. Light until a function is called: a scheduler
reads this every minute."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

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
    extract: Path | str,
    authority_file: Path,
    warehouse: str,
    *,
    extract_date: date | None = None,
    landing: Path | None = None,
) -> Run:
    """The run for one extract, at a path or a URL. Raises WrongUsage where a path, URL, date, the
    authority's file or the mapping of its source is wrong."""
    from etl.sources.mapping import mappings
    from etl.sources.register import SOURCES

    authority_file = checked(authority_file, "the authority's file")
    authority = authority_of(authority_file)
    arrival = _arrival(authority.door.kind, str(extract), extract_date)
    mappings(SOURCES[authority.door.kind])
    landing, pages = folders(warehouse, landing)
    return Run(
        run_id=new_run_id(authority.la_code, arrival.date),
        la_code=authority.la_code,
        arrival=arrival,
        authority_file=authority_file,
        warehouse=warehouse,
        landing=checked(landing, "the landing folder"),
        pages=checked(pages, "the pages"),
    )


def _arrival(kind: str, extract: str, extract_date: date | None) -> Arrival:
    from etl.sources.arrival.arrival import arrival_at, arrival_elsewhere
    from etl.sources.arrival.place import checked_url, is_url

    if is_url(extract):
        return arrival_elsewhere(kind, checked_url(extract), extract_date)
    return arrival_at(kind, checked(Path(extract), "the extract"), extract_date)


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
