"""The Department for Education's children in need census, as case systems write it, in-year too."""

from __future__ import annotations

from pathlib import Path

from etl.sources.cin_census.arrangement import ARRANGEMENT
from etl.sources.cin_census.files import first_day_of_census_year, read_census
from etl.sources.door import LEGACY_ID
from etl.sources.source import Forms, Source

FORMS = Forms(
    # What councils put there is theirs to choose, mostly the number that staff use: text, so that
    # zeros before it, and letters as they are, are part of it, as through every door that has it.
    ids=r"[0-9A-Za-z_-]{1,36}",
    missing=("NULL", "#N/A", "#VALUE!", "-1", "SSD_PH"),
    missing_dates={
        "1900-01-01": "1900-01-01",
        "1900-01-01Z": "1900-01-01",
        "9999-12-31": "9999-12-31",
        "9999-12-31Z": "9999-12-31",
        "99991231": "9999-12-31",
    },
    person="LACHILDID",
    record="(?!)",  # every landed row names its child
    missing_ids={
        "0+": "0",
        "-[0-9]+": "negative number",
        "nan": "nan",
        "none": "none",
        "null": "NULL",
    },
)

CIN_CENSUS = Source(
    "cin_census",
    Path(__file__).parent,
    read_census,
    FORMS,
    date_formats=("xs_date",),
    arrangement=ARRANGEMENT,
    covered_from=first_day_of_census_year,
    ids_from_content=True,
    child_id=LEGACY_ID,
    settles_disputed_children=False,
)
