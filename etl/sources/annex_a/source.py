"""Ofsted's Annex A: what its lists look like beside their columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from etl.sources.annex_a.arrangement import ARRANGEMENT
from etl.sources.annex_a.files import read_lists
from etl.sources.annex_a.gathering import NO_WORDS
from etl.sources.door import LEGACY_ID
from etl.sources.forms import (
    NO_DAY_ISO,
    NO_DAY_UK,
    NO_ID,
    NOTHING,
    NOTHING_OF_PYTHON,
    OF_THE_COUNCIL,
)
from etl.sources.source import Forms, Source

_ERRORS_OF_EXCEL = (
    "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!",
    "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!",
)  # fmt: skip
_MONTHS_IN_THE_LISTS = 6

FORMS = Forms(
    ids=OF_THE_COUNCIL,  # teams and workers have ids of ours
    missing=(*NOTHING, *NOTHING_OF_PYTHON, *_ERRORS_OF_EXCEL, NO_WORDS),
    missing_dates=NO_DAY_ISO | NO_DAY_UK,
    person="CHILD_ID",
    record="(?!)()",  # its records have no ids
    missing_ids=NO_ID,
    numbers_are_ids=True,
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
