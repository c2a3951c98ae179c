"""The tables of schema ``restricted``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Date, MetaData, Text

from etl.contracts.register import PERSONS
from etl.warehouse.keys import OWN_KEYS
from etl.warehouse.schema.table import add_table
from etl.warehouse.to_mend import HELD_BACK_TABLE, REPORTED_TABLE, MendTable


def add_restricted_tables(metadata: MetaData) -> None:
    """Add whom keys name, which records are to be mended, and what recognises the erased."""
    for person in PERSONS:
        numbers = {column.name: Text for column in person.identity}
        add_table(
            metadata, "restricted", f"{person.name}_identity", f"The {person.name} behind a key.",
            **{f"{OWN_KEYS[person.name]}_": BigInteger, "la_code": Text, **numbers},
        )  # fmt: skip
    add_table(
        metadata, "restricted", "held_back",
        "A record that could not be loaded, and why, for those who mend it: held back from the "
        "first of these nights on, and no more from the other on (9999-12-31 while it is). "
        "record_id: the source's, empty where it cannot be told. team_key: the record's own when "
        "first held back, else the one of the child's latest referral.",
        **_record_to_mend(HELD_BACK_TABLE),
    )  # fmt: skip
    add_table(
        metadata, "restricted", "reported",
        "A record that is loaded and counted though it fails a check, for those who mend it: "
        "reported from the first of these nights on, and no more from the other on (9999-12-31 "
        "while it is). record_id: the source's. team_key: the record's own when first reported, "
        "else the one of the child's latest referral.",
        **_record_to_mend(REPORTED_TABLE),
    )  # fmt: skip
    add_table(
        metadata, "restricted", "erasure_secret",
        "What erased children are recognised with, encrypted with the pseudonym key.",
        la_code_=Text, secret=Text,
    )  # fmt: skip
    add_table(
        metadata, "restricted", "erased_child",
        "Children that stay erased: a keyed hash by which an extract's row is recognised.",
        recognised_by_=Text, la_code=Text,
    )  # fmt: skip


def _record_to_mend(table: MendTable) -> dict[str, Any]:
    """The columns of a table of records to mend: which record, what is wrong, and since when."""
    named = ("la_code", "table_name", "record_id", "case_number", "column_name", "reason")
    return {
        **{f"{name}_": Text for name in named},
        f"{table.since}_": Date,
        table.until: Date,
        "team_key": BigInteger,
    }
