"""How the sources write what several of them write alike: nothing, no day, no id, and ids.

A kind takes of it what its own exports do, see ``etl.sources.source.Forms``.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# What stands for nothing, beside the empty field; and in Python's own exports.
NOTHING = ("NULL", "#N/A", "#VALUE!", "-1", "SSD_PH")
NOTHING_OF_PYTHON = ("NaN", "nan", "pd.NA")
# Days that stand for "none" or "for ever", by how they are written.
NO_DAY_ISO = {
    "1900-01-01": "1900-01-01",
    "9999-12-31": "9999-12-31",
    "99991231": "9999-12-31",
}
NO_DAY_UK = {"01/01/1900": "1900-01-01", "31/12/9999": "9999-12-31"}
NO_ID = {
    "0+": "0",
    "-[0-9]+": "negative number",
    "nan": "nan",
    "none": "none",
    "null": "NULL",
}
# A case system's own ids, and what a council may choose to call a child: text, so that zeros before
# it, and letters as they are, are part of it, through every door that has it.
NUMBER_OR_GUID = r"[0-9]{1,20}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
OF_THE_COUNCIL = "[0-9A-Za-z_-]{1,36}"


def as_number_or_guid(ids: pd.Series) -> pd.Series:
    """A whole number is the same with zeros before it, a GUID in either case."""
    if not pc.any(pc.match_substring_regex(pa.array(ids, pa.string()), "^0.|[^ -`]")).as_py():
        return ids  # as nearly all are written
    # (Of a pattern that looks ahead pandas would ask Python for each id.)
    return ids.str.upper().str.replace("^0+([0-9]+)$", r"\1", regex=True)
