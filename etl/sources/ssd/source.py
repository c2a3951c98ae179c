"""The Standard Safeguarding Dataset, as files and as a database: the tables that the sector's own
scripts make of a case system's, whichever it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from etl.sources.arrival.csv_extract import read_extract
from etl.sources.forms import (
    NO_DAY_ISO,
    NO_DAY_UK,
    NO_ID,
    NOTHING,
    NUMBER_OR_GUID,
    as_number_or_guid,
)
from etl.sources.source import Database, Forms, Source
from etl.sources.ssd.arrangement import ARRANGEMENT
from etl.sources.ssd.visits import PREFIXES

# Ids of visits are told apart by the table they come from, as the arrangement writes them.
_PREFIX = f"(?:{'|'.join(PREFIXES.values())})"
# As far back as the scripts reach unless a council says otherwise.
_YEARS_HELD = 6


def _as_known(ids: pd.Series) -> pd.Series:
    """The case system's ids in one spelling; those of visits are as the arrangement wrote them."""
    is_visits = ids.str.match(_PREFIX).fillna(False).astype(bool)
    return as_number_or_guid(ids).where(~is_visits, ids)


def _covered_from(extract_date: date) -> date:
    return (pd.Timestamp(extract_date) - pd.DateOffset(years=_YEARS_HELD)).date()


FORMS = Forms(
    ids=f"{_PREFIX}?(?:{NUMBER_OR_GUID})",
    missing=NOTHING,
    missing_dates=NO_DAY_ISO | NO_DAY_UK,
    person=r"(?:.*_)?PERSON_ID",
    # Reviews of looked after children may name no person but the period of care.
    record=r"[A-Z]{4}_(CLA_ID)",
    missing_ids=NO_ID,
    one_spelling=_as_known,
    numbers_are_ids=True,
)

SSD_FILES = Source(
    "ssd_files",
    Path(__file__).parent,
    read_extract,
    FORMS,
    keys=("child_id", "open_assessments"),
    date_formats=("iso",),
    arrangement=ARRANGEMENT,
    covered_from=_covered_from,
)
# The same tables where the procedures that make them have put them.
SSD_DATABASE = replace(
    SSD_FILES,
    kind="ssd_database",
    read=None,
    keys=(*SSD_FILES.keys, "schema", "connection"),
    database=Database(schema=None, never_empty=("SSD_PERSON", "SSD_CIN_EPISODES")),
)
