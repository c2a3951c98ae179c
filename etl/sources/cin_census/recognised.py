"""By what a children in need census is known: its outermost element, its collection, its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from etl.sources.cin_census.files import COLLECTION
from etl.sources.cin_census.source import CIN_CENSUS
from etl.sources.recognition.forms import XML
from etl.sources.recognition.markup import Markup
from etl.sources.recognition.recognised import Recognised
from etl.sources.recognition.seen import Seen

_BLOCKS = {"ChildIdentifiers", "CINdetails", "LAchildID"}
_YEAR = re.compile(r"20[0-9]{2}")
_LEA = re.compile(r"[0-9]{3}")


def recognised(seen: Seen) -> Recognised | None:
    """What a census is known by; None where it is none."""
    found = [file.markup for file in seen.of_form(XML) if file.markup]
    censuses = [markup for markup in found if _is_census(markup)]
    if not censuses:
        return None
    said = censuses[0].header
    return Recognised(
        CIN_CENSUS.kind,
        "a children in need census, as XML",
        "an XML file whose outermost element is Message, with the blocks of that census",
        len(censuses),
        of_day=_day(said.get("ReferenceDate", "")),
        la_code=said["LEA"] if _LEA.fullmatch(said.get("LEA", "")) else None,
        shape=tuple(_shape(censuses[0])),
    )


def _is_census(markup: Markup) -> bool:
    collection = markup.header.get("Collection", "").upper()
    return markup.root == "Message" and (
        collection == COLLECTION or (not collection and bool(_BLOCKS & markup.names))
    )


def _day(written: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(written[:10])
    return None


def _shape(markup: Markup) -> Iterator[str]:
    """What the census says of its year, and what its elements do."""
    year = markup.header.get("Year", "")
    if _YEAR.fullmatch(year):
        yield f"It says that it is of the census year {year}."
    if "Sex" in markup.names:
        yield "It has Sex in the place of GenderCurrent: its form is of 2025 or later."
    elif "CINPlanDates" in markup.names:
        yield "It has CINPlanDates and GenderCurrent: its form is of 2022 to 2024."
    elif "GenderCurrent" in markup.names:
        yield "It has GenderCurrent: its form is of 2024 or earlier."
