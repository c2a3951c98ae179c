"""Liquidlogic, as files and as its reporting database: what these look like beside their tables."""

from __future__ import annotations

from pathlib import Path

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

FORMS = Forms(
    ids=NUMBER_OR_GUID,
    missing=NOTHING,
    missing_dates=NO_DAY_ISO | NO_DAY_UK,
    # Any column of any table, known to us or not, by the case system's way of naming them.
    person=r"(?:.*_)?PERSON_ID",
    record=r"(FACT_.*?)S?_ID",
    missing_ids=NO_ID,
    one_spelling=as_number_or_guid,
    numbers_are_ids=True,
)

LIQUIDLOGIC_FILES = Source(
    "liquidlogic_files", Path(__file__).parent, read_extract, FORMS, keys=("child_id",)
)
# The mapping is that of the files. What the case system does not let be written otherwise comes as
# ISO writes it, whatever the authority's file says.
LIQUIDLOGIC_DATABASE = Source(
    "liquidlogic_database",
    Path(__file__).parent,
    None,
    FORMS,
    keys=("child_id", "schema", "connection"),
    date_formats=("iso",),
    database=Database(
        schema="Child_Social",
        never_empty=("DIM_PERSON", "FACT_REFERRALS"),
        chosen_by={
            "FACT_FORM_ANSWERS": "ANSWER_NO",
            "FACT_CASENOTES": "DIM_LOOKUP_CASNT_TYPE_ID_CODE",
        },
    ),
)
