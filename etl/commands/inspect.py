"""The command that says what something is, whether nights can be loaded from it, and what it would
lose: the first one to be run on records that nobody has loaded yet."""

from __future__ import annotations

import argparse
import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from etl.commands.arguments import LOADED, STOPPED, day
from etl.errors import ConnectionFault, WrongUsage, reason
from etl.left_behind import temporary_folder
from etl.run import checked
from etl.sources.arrival.place import checked_url

if TYPE_CHECKING:  # the command line starts without pandas
    from etl.commands.inspected import Known, NoDoor
    from etl.commands.starting_file import Start
    from etl.night.inspection import Inspected
    from etl.sources.recognition.recognised import Recognised


class Found(Protocol):
    """What an inspection found."""

    @property
    def is_readable(self) -> bool:
        """Whether nights can be loaded from it as it is."""

    def as_json(self) -> dict[str, Any]:
        """All of it."""

    def lines(self) -> Iterator[str]:
        """The same as a page of text."""


_LONDON = ZoneInfo("Europe/London")
# Of what says of nobody whose it is, while it is looked at.
_NOBODYS = "000"
_FETCHED = ("sftp", "s3", "abfs", "gs")
_NOT_FETCHED = ("abfss", "az", "gcs", "file", "http", "https", "ftp")
# As many may be fetched as may be loaded where an authority's file says no more.
_MOST_BYTES = 4 << 30


def add_inspect(inspect: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl inspect``."""
    inspect.add_argument(
        "what", metavar="PATH|URL", nargs="?",
        help="a file, folder or zip of one night, or anything else; or postgresql://user@host/db, "
        "mssql://user@host/db. Without it the database that CSC_ETL_SOURCE_URL names, which keeps "
        "a password off the command line",
    )  # fmt: skip
    inspect.add_argument(
        "--date", type=day, help="the extract date, where nothing else says it (default: today)"
    )
    inspect.add_argument(
        "--write", type=Path, metavar="FILE.toml", help="write an authority's file to begin with"
    )
    inspect.add_argument("--json", action="store_true", help="all of it as one JSON object")
    inspect.set_defaults(command=_inspect)


def _inspect(asked: argparse.Namespace) -> int:
    """Exit code 0 where nights can be loaded from it, 3 where not."""
    _check_not_there(asked.write)
    found, start = look_at(asked.what, asked.date)
    written = asked.write if start else None
    if written and start:
        _write(written, start)
    if asked.json:
        print(json.dumps(found.as_json() | {"authority_file": str(written) if written else None}))
    else:
        print("\n".join([*found.lines(), *_next(written, start)]))
    return LOADED if found.is_readable else STOPPED


def look_at(what: str | None, asked: date | None) -> tuple[Found, Start | None]:
    """What is found at a path or in a database, and the authority's file to begin with where it is
    of a kind that is known. Raises WrongUsage where there is nothing, ConnectionFault where it
    cannot be reached."""
    scheme = (what or "").partition("://")[0].lower()
    if what is not None and scheme in _FETCHED:
        return _fetched(what, asked)
    if scheme in _NOT_FETCHED:
        raise WrongUsage(
            "What is to be inspected is at a place that no night is fetched from.",
            where="what is to be inspected",
            means="Nothing was looked at.",
            next="Copy the night to a folder of this machine, and inspect that.",
        )
    if what is None or "://" in what:
        from etl.commands.inspected_database import inspect_database

        return inspect_database(what)
    return _path(checked(Path(what), "what is to be inspected"), asked)


def _fetched(url: str, asked: date | None) -> tuple[Known | NoDoor, Start | None]:
    """The same of what stands on an SFTP server or in an object store: it is fetched to be looked
    at, and removed after it."""
    from etl.sources.arrival.fetch import fetch

    with temporary_folder() as folder:
        arrived = folder / "fetched"
        arrived.mkdir(mode=0o700)
        where, _ = fetch(checked_url(url), arrived, _MOST_BYTES)
        found, start = _path(where, asked)
        return replace(found, path=url), start


def _path(path: Path, asked: date | None) -> tuple[Known | NoDoor, Start | None]:
    from etl.commands.inspected import Known, NoDoor
    from etl.sources.recognition.no_door import what_it_is
    from etl.sources.recognition.register import recognise
    from etl.sources.recognition.seen import day_of_name, look
    from etl.sources.register import SOURCES

    if not path.exists():
        raise WrongUsage(
            f"There is nothing at {path}.",
            where="what is to be inspected",
            means="Nothing was looked at.",
            next="Give a file, a folder, or the URL of a database.",
        )
    seen = look(path)
    known = recognise(seen)
    if not known:
        return NoDoor(path, tuple(what_it_is(seen))), None
    source = SOURCES[known[0].kind]
    # A day that the name contradicts is refused when the night begins.
    extract_date = asked or day_of_name(path) or known[0].of_day or datetime.now(_LONDON).date()
    start = _start(known[0], extract_date)
    found = Known(
        path, known[0], source, extract_date, _read(path, start, extract_date),
        others=tuple(each.title for each in known[1:]),
    )  # fmt: skip
    return found, replace(start, codes=found.lines_of_codes)


def _start(known: Recognised, extract_date: date) -> Start:
    from etl.commands.starting_file import Start
    from etl.sources.register import SOURCES

    source = SOURCES[known.kind]
    return Start(source, known.title, known.la_code, known.keys, source.covered_from(extract_date))


def _read(path: Path, start: Start, extract_date: date) -> Inspected:
    """Reads a landed copy in a folder of its own, gone at the end, with an authority's file that is
    filled in with nobody's."""
    from etl.night.begin import begin
    from etl.night.inspection import inspect_night

    with temporary_folder() as folder:
        authority = folder / "authority.toml"
        authority.write_text(start.filled(start.la_code or _NOBODYS, "inspected"))
        run = begin(
            path, authority, f"duckdb:///{folder / 'none.duckdb'}",
            extract_date=extract_date, landing=folder / "landing",
        )  # fmt: skip
        # Tokens serve this reading alone: any key will do.
        return inspect_night(run, secrets.token_bytes())


def _check_not_there(target: Path | None) -> None:
    if target is not None and target.exists():
        raise WrongUsage(
            f"There is a file at {target} already, which is not written over.",
            where="--write",
            means="Nothing was inspected or written.",
            next="Name another file, or take that one away.",
        )


def _write(target: Path, start: Start) -> None:
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(start.text())
    except OSError as error:
        raise ConnectionFault(
            f"The authority's file cannot be written ({reason(error)}).",
            where=str(target),
            means="Nothing but that is lost: the inspection changes nothing.",
            next="Name a place that can be written to.",
        ) from None


def _next(target: Path | None, start: Start | None) -> list[str]:
    """What to do now."""
    if start is None:
        return []
    if target is None:
        return ["", "Next: --write FILE.toml writes an authority's file to begin with."]
    return ["", f"Next: fill in {target}, then `csc-etl check EXTRACT --authority {target}`."]
