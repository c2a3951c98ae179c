"""What came of one night: that it is there, and of which date it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etl.errors import WrongUsage
from etl.run import Arrival
from etl.sources.arrival.place import parted
from etl.sources.arrival.readiness import ENDINGS


def arrival_at(kind: str, where: Path, asked: date | None) -> Arrival:
    """The arrival of the date that the folder or file is named for, or ``asked`` where its name is
    no date.

    Raises WrongUsage where there is nothing, no date, or the two differ.
    """
    if not where.exists():
        raise WrongUsage(
            f"There is no extract at {where}.",
            where="the extract asked for",
            means="No night was begun.",
            next="Give the folder or file of one night, such as extracts/2014-11-03.",
        )
    return Arrival(kind, where, date_of_extract(str(where), asked))


def arrival_elsewhere(kind: str, url: str, asked: date | None) -> Arrival:
    """The same of what stands at a URL; whether it is there, nobody looked yet."""
    return Arrival(kind, None, date_of_extract(url, asked), url)


def date_of_extract(extract: str, asked: date | None) -> date:
    """The date that the name of a path or URL says, else the one asked for. Raises WrongUsage where
    there is none, or where the two differ."""
    named = _named(parted(extract)[1].lower())
    if named and asked and named != asked:
        raise _wrong_date(f"--date {asked} differs from the extract's own name.", extract)
    found = named or asked
    if found is None:
        raise _wrong_date("The extract's name is no date and --date was not given.", extract)
    return found


def _named(name: str) -> date | None:
    """None where it is no date, with or without an ending."""
    for ending in ("", *ENDINGS):
        day = name.removesuffix(ending)
        if name.endswith(ending) and len(day) == 10:
            try:
                return date.fromisoformat(day)
            except ValueError:
                return None
    return None


def _wrong_date(what: str, extract: str) -> WrongUsage:
    return WrongUsage(
        what,
        where=extract,
        means="No night was begun.",
        next="Name the folder or file for the extract date (2014-11-03, 2014-11-03.zip, "
        "2014-11-03.xml, 2014-11-03.xml.zip or 2014-11-03.xlsx), or give --date where the name is "
        "no date.",
    )
