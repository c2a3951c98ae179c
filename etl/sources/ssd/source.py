"""The Standard Safeguarding Dataset, as files and as a database: the tables that the sector's own
scripts make of a case system's, whichever it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from etl.sources.arrival.csv_extract import read_extract
from etl.sources.source import Database, Forms, Source
from etl.sources.ssd.arrangement import ARRANGEMENT
from etl.sources.ssd.visits import PREFIXES

_NUMBER_OR_GUID = r"(?:[0-9]{1,20}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
# Ids of visits are told apart by the table they come from, as the arrangement writes them.
_PREFIX = f"(?:{'|'.join(PREFIXES.values())})"
# As far back as the scripts reach unless a council says otherwise.
_YEARS_HELD = 6


def _as_number_or_guid(ids: pd.Series) -> pd.Series:
    """A whole number is the same with zeros before it, a GUID in either case."""
    plain = ids.str.upper().str.replace("^0+(?=[0-9]+$)", "", regex=True)
    return plain.where(~ids.str.match(_PREFIX).fillna(False).astype(bool), ids)


def _covered_from(extract_date: date) -> date:
    return (pd.Timestamp(extract_date) - pd.DateOffset(years=_YEARS_HELD)).date()


FORMS = Forms(
    ids=f"{_PREFIX}?{_NUMBER_OR_GUID}",
    missing=("NULL", "#N/A", "#VALUE!", "-1", "SSD_PH"),
    missing_dates={
        "1900-01-01": "1900-01-01",
        "01/01/1900": "1900-01-01",
        "9999-12-31": "9999-12-31",
        "31/12/9999": "9999-12-31",
        "99991231": "9999-12-31",
    },
    person=r"(?:.*_)?PERSON_ID",
    # Reviews of looked after children may name no person but the period of care.
    record=r"[A-Z]{4}_(CLA_ID)",
    missing_ids={
        "0+": "0",
        "-[0-9]+": "negative number",
        "nan": "nan",
        "none": "none",
        "null": "NULL",
    },
    one_spelling=_as_number_or_guid,
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
