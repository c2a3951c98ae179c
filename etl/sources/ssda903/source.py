"""The looked after children return: what it looks like beside its modules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etl.sources.door import LEGACY_ID
from etl.sources.forms import NO_DAY_UK, NO_ID, NOTHING, NOTHING_OF_PYTHON, OF_THE_COUNCIL
from etl.sources.source import Forms, Source
from etl.sources.ssda903.episodes import ARRANGEMENT
from etl.sources.ssda903.files import read_return

_APRIL = 4

FORMS = Forms(
    ids=OF_THE_COUNCIL,
    missing=(*NOTHING, *NOTHING_OF_PYTHON),
    missing_dates=NO_DAY_UK,
    person="CHILD",
    record=r"(?!)",  # nothing in it belongs to several children
    missing_ids=NO_ID,
    numbers_are_ids=True,
)


def _last_first_of_april(extract_date: date) -> date:
    """A collection is of the year that begins on 1 April."""
    this_years = date(extract_date.year, _APRIL, 1)
    return (
        this_years if this_years <= extract_date else this_years.replace(year=this_years.year - 1)
    )


SSDA903 = Source(
    "ssda903",
    Path(__file__).parent,
    read_return,
    FORMS,
    date_formats=("uk",),
    arrangement=ARRANGEMENT,
    covered_from=_last_first_of_april,
    ids_from_content=True,
    child_id=LEGACY_ID,
)
