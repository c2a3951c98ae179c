"""The tables of schema ``restricted``."""

from __future__ import annotations

from sqlalchemy import BigInteger, MetaData, Text

from etl.warehouse.schema.table import add_table


def add_restricted_tables(metadata: MetaData) -> None:
    """Add whom keys name, and what recognises the erased."""
    add_table(
        metadata, "restricted", "child_identity", "The child behind a key.",
        child_key_=BigInteger, la_code=Text, case_number=Text, legacy_id=Text,
    )  # fmt: skip
    add_table(
        metadata, "restricted", "worker_identity", "The worker behind a key.",
        worker_key_=BigInteger, la_code=Text, worker_id=Text, staff_id=Text,
    )  # fmt: skip
    add_table(
        metadata, "restricted", "family_identity", "The family behind a key.",
        family_key_=BigInteger, la_code=Text, family_id=Text,
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
