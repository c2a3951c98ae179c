"""Ofsted's Annex A: what its lists look like beside their columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from etl.sources.annex_a.arrangement import ARRANGEMENT
from etl.sources.annex_a.files import read_lists
from etl.sources.annex_a.gathering import NO_WORDS
from etl.sources.door import LEGACY_ID
from etl.sources.source import Forms, Source

_ERRORS_OF_EXCEL = (
    "#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!",
    "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!",
)  # fmt: skip
_MONTHS_IN_THE_LISTS = 6

FORMS = Forms(
    # What the council chose: the number that staff know, which may begin with letters. Teams and
    # workers have ids of ours.
    ids="[0-9A-Za-z_-]{1,36}",
    missing=("NULL", "-1", "SSD_PH", "NaN", "nan", "pd.NA", *_ERRORS_OF_EXCEL, NO_WORDS),
    missing_dates={
        "1900-01-01": "1900-01-01",
        "01/01/1900": "1900-01-01",
        "9999-12-31": "9999-12-31",
        "31/12/9999": "9999-12-31",
        "99991231": "9999-12-31",
    },
    person="CHILD_ID",
    record="(?!)()",  # its records have no ids
    missing_ids={"0+": "0", "-[0-9]+": "negative number", "none": "none", "null": "NULL"},
)


def _six_months_before(extract_date: date) -> date:
    months = pd.DateOffset(months=_MONTHS_IN_THE_LISTS)
    return (pd.Timestamp(extract_date) - months).date()


ANNEX_A = Source(
    "annex_a",
    Path(__file__).parent,
    read_lists,
    FORMS,
    keys=("lists",),
    date_formats=("iso", "uk"),
    arrangement=ARRANGEMENT,
    covered_from=_six_months_before,
    ids_from_content=True,
    child_id=LEGACY_ID,
    settles_disputed_children=False,
)
