"""What came of one night: that it is there, and of which date it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from etl.errors import WrongUsage
from etl.run import Arrival

# What may stand behind the date: the kind of file, and that it is zipped.
_PACKED = re.compile(r"(\.xlsx)?(\.zip)?$", re.IGNORECASE)


def arrival_at(kind: str, where: Path, asked: date | None) -> Arrival:
    """The arrival of the date that the folder or zip is named for, or ``asked`` where its name is
    no date.

    Raises WrongUsage where there is nothing, no date, or the two differ.
    """
    if not where.exists():
        raise WrongUsage(
            f"There is no extract at {where}.",
            where="the extract asked for",
            means="No night was begun.",
            next="Give the folder or zip of one night, such as extracts/2014-11-03.",
        )
    return Arrival(kind, where, date_of_extract(where, asked))


def date_of_extract(extract: Path, asked: date | None) -> date:
    """The date that its name says, else the one asked for. Raises WrongUsage where there is none,
    or where the two differ."""
    name = _PACKED.sub("", extract.name)
    try:
        named = date.fromisoformat(name) if len(name) == 10 else None
    except ValueError:
        named = None
    if named and asked and named != asked:
        raise _wrong_date(f"--date {asked} differs from the extract's own name.", extract)
    found = named or asked
    if found is None:
        raise _wrong_date("The extract's name is no date and --date was not given.", extract)
    return found


def _wrong_date(what: str, extract: Path) -> WrongUsage:
    return WrongUsage(
        what,
        where=str(extract),
        means="No night was begun.",
        next="Name the folder or zip for the extract date (2014-11-03 or 2014-11-03.zip), or "
        "give --date where the name is no date.",
    )
