"""The tables of schema ``restricted``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, MetaData, Text

from etl.contracts.register import PERSONS
from etl.warehouse.keys import OWN_KEYS
from etl.warehouse.schema.table import add_table


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
        la_code_=Text, table_name_=Text, record_id_=Text, case_number_=Text, column_name_=Text,
        reason_=Text, held_from_=Date, held_to=Date, team_key=BigInteger,
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
