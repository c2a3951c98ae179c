"""The tables of schema ``audit``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, DateTime, MetaData, Text

from etl.warehouse.schema.table import add_table


def add_audit_tables(metadata: MetaData) -> None:
    """Add what became of each run."""
    add_table(
        metadata, "audit", "load_run", "A run that loaded a night, was stopped, or was taken back.",
        run_id_=Text, la_code=Text, extract_date=Date, status=Text, message=Text,
        started_at=DateTime, finished_at=DateTime, software_version=Text, extract_sha256=Text,
        authority_sha256=Text, rules_sha256=Text, previous_run_id=Text, undone_at=DateTime,
    )  # fmt: skip
    add_table(
        metadata, "audit", "table_load", "Where the records of a table went, in a run.",
        run_id_=Text, table_name_=Text, source_table=Text, rows_in_file=BigInteger,
        repeats=BigInteger, outside=BigInteger, held_back=BigInteger,
        kept_earlier_version=BigInteger, loaded=BigInteger, unchanged=BigInteger,
        new_versions=BigInteger, closed=BigInteger, days_since_newest_event=BigInteger,
    )  # fmt: skip
    add_table(
        metadata, "audit", "column_load",
        "How many records of a run have a value in a column, or a code of it (empty: any value); "
        "for a table that is only looked up, by the source's names.",
        run_id_=Text, table_name_=Text, column_name_=Text, code_=Text, source_table=Text,
        source_column=Text, rows=BigInteger,
    )  # fmt: skip
    add_table(
        metadata, "audit", "rejected_row", "A record that was held back, and why; no value.",
        run_id_=Text, table_name_=Text, record_number_=BigInteger, source_table=Text,
        column_name=Text, reason=Text,
    )  # fmt: skip
    add_table(
        metadata, "audit", "expectation_result", "What came of an expectation in a run.",
        run_id_=Text, number_=BigInteger, table_name=Text, column_name=Text, reason=Text,
        says=Text, action=Text, outcome=Text, rows=BigInteger, rows_failed=BigInteger,
    )  # fmt: skip
    add_table(
        metadata, "audit", "replaced_value", "Values read as missing, by how they were spelt.",
        run_id_=Text, source_table_=Text, source_column_=Text, spelling_=Text, rows=BigInteger,
    )  # fmt: skip
    add_table(
        metadata, "audit", "observation", "What else a run came upon, counted.",
        run_id_=Text, observation_=Text, detail_=Text, rows=BigInteger,
    )  # fmt: skip
    add_table(
        metadata, "audit", "privacy_action",
        "An erasure, a purge, a change of key, or work lists that were written: what was done and "
        "to how many, not to whom.",
        action_id_=Text, part_=Text, la_code=Text, action=Text, done_at=DateTime,
        software_version=Text, rows=BigInteger,
    )  # fmt: skip
