"""A children in need census as it arrives: an XML file, or a folder or zip with exactly one.

What the file says of itself is held against what is known of the night: whose it is, of which
collection, day and census year.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from etl.contracts.source_table import SourceTable
from etl.run import Arrival
from etl.sources.arrival.files import CHANGE_THE_EXPORT, pieces_of_the_one, stop, to_be_read
from etl.sources.cin_census.message import Message
from etl.sources.source import Expected

ENDING = ".xml"
COLLECTION = "CIN"
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T Z+-].*)?")
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.xml)?(?:\.zip)?", re.IGNORECASE)
_ANOTHER_FILE = "Give the census file that was made for this council and this day."


def read_census(arrival: Arrival, expected: Expected) -> Iterator[SourceTable]:
    """The blocks of the census as tables of text, see ``elements``.

    Raises NightStopped where the file cannot be trusted, ConnectionFault where it cannot be read.
    """
    where = arrival.path
    message, digest = Message(str(where)), hashlib.sha256()

    def hashed(pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            digest.update(piece)
            yield piece

    with to_be_read(where):
        tables = message.read(hashed(pieces_of_the_one(ENDING, where, expected.most_bytes)))
    _check_header(message, where, expected.la_code, arrival.date)
    for name, content in tables.items():
        yield SourceTable(name, content, digest.hexdigest(), message.encoding, where.name)


def census_year(day: date) -> int:
    """The census year that holds the day: from 1 April to 31 March, named for its end."""
    return day.year + (day.month >= 4)


def first_day_of_census_year(day: date) -> date:
    """The 1 April on or before the day."""
    return date(census_year(day) - 1, 4, 1)


def _check_header(message: Message, where: Path, la_code: str, extract_date: date) -> None:
    """Raises NightStopped where the file is another's, or of another day."""
    said = {name: text.strip() for name, text in message.header.items() if text.strip()}
    if said.get("Collection", COLLECTION).upper() != COLLECTION:
        raise stop(
            "The file is of another collection than the children in need census.",
            str(where),
            _ANOTHER_FILE,
        )
    if said.get("LEA", la_code) != la_code:
        raise stop(
            f"The census is another authority's: its LEA number is not {la_code}.",
            str(where),
            f"{_ANOTHER_FILE} If it is this council's, mend la_code in its authority file.",
        )
    _check_day(said, where, extract_date)
    if message.children == 0:
        raise stop("The census holds no Child.", str(where), CHANGE_THE_EXPORT)


def _check_day(said: dict[str, str], where: Path, extract_date: date) -> None:
    year = str(census_year(extract_date))
    reference = said.get("ReferenceDate")
    if reference is None and _DATED.fullmatch(where.name):
        raise stop(
            "The census has no ReferenceDate in its Header, so nothing tells of which day it is.",
            str(where),
            "Let the export write the Header; or, where the day is known for sure, give the file "
            "a name that is no date and load it with --date.",
        )
    day = _DAY.fullmatch(reference) if reference else None
    if reference and (day is None or day[1] != extract_date.isoformat()):
        raise stop(
            f"The census is of another day: its ReferenceDate is not {extract_date}, the extract "
            "date.",
            str(where),
            f"{_ANOTHER_FILE} A file is named for its ReferenceDate.",
        )
    if said.get("Year", year) != year:
        raise stop(
            f"The census is of another census year: its Year is not {year}, in which "
            f"{extract_date} lies.",
            str(where),
            f"{_ANOTHER_FILE} A census year ends on 31 March and is named for its end.",
        )
