"""The looked after children return: what it looks like beside its modules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etl.sources.door import LEGACY_ID
from etl.sources.source import Forms, Source
from etl.sources.ssda903.episodes import ARRANGEMENT
from etl.sources.ssda903.files import read_return

_APRIL = 4

FORMS = Forms(
    # The council's own number of the child: text, so that zeros before it are part of it.
    ids=r"[0-9A-Za-z_-]{1,36}",
    missing=("NULL", "#N/A", "#VALUE!", "-1", "SSD_PH", "NaN", "nan", "pd.NA"),
    missing_dates={"01/01/1900": "1900-01-01", "31/12/9999": "9999-12-31"},
    person="CHILD",
    record=r"(?!)",  # nothing in it belongs to several children
    missing_ids={
        "0+": "0",
        "-[0-9]+": "negative number",
        "nan": "nan",
        "none": "none",
        "null": "NULL",
    },
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
