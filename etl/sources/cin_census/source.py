"""The Department for Education's children in need census, as case systems write it, in-year too."""

from __future__ import annotations

from pathlib import Path

from etl.sources.cin_census.arrangement import ARRANGEMENT
from etl.sources.cin_census.files import first_day_of_census_year, read_census
from etl.sources.door import LEGACY_ID
from etl.sources.forms import NO_DAY_ISO, NO_ID, NOTHING, OF_THE_COUNCIL
from etl.sources.source import Forms, Source

FORMS = Forms(
    ids=OF_THE_COUNCIL,
    missing=NOTHING,
    missing_dates=NO_DAY_ISO | {"1900-01-01Z": "1900-01-01", "9999-12-31Z": "9999-12-31"},
    person="LACHILDID",
    record="(?!)",  # every landed row names its child
    missing_ids=NO_ID,
    numbers_are_ids=True,
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
