"""Liquidlogic, as files and as its reporting database: what these look like beside their tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.sources.arrival.csv_extract import read_extract
from etl.sources.source import Database, Forms, Source


def _as_number_or_guid(ids: pd.Series) -> pd.Series:
    """A whole number is the same with zeros before it, a GUID in either case."""
    return ids.str.upper().str.replace("^0+(?=[0-9]+$)", "", regex=True)


FORMS = Forms(
    ids=r"[0-9]{1,20}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    missing=("NULL", "#N/A", "#VALUE!", "-1", "SSD_PH"),
    missing_dates={
        "1900-01-01": "1900-01-01",
        "01/01/1900": "1900-01-01",
        "9999-12-31": "9999-12-31",
        "31/12/9999": "9999-12-31",
        "99991231": "9999-12-31",
    },
    # Any column of any table, known to us or not, by the case system's way of naming them.
    person=r"(?:.*_)?PERSON_ID",
    record=r"(FACT_.*?)S?_ID",
    missing_ids={
        "0+": "0",
        "-[0-9]+": "negative number",
        "nan": "nan",
        "none": "none",
        "null": "NULL",
    },
    one_spelling=_as_number_or_guid,
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
