"""The warehouse's tables as SQLAlchemy metadata, made from the contracts.

SQLAlchemy compiles the same metadata for every engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from etl.contracts import contract
from etl.contracts.contract import DIMENSION_KEYS, Kind
from etl.contracts.register import FACTS, STAR
from etl.errors import WrongUsage

TYPES: dict[Kind, type[TypeEngine]] = {
    Kind.ID: Text,
    Kind.CODE: Text,
    Kind.TEXT: Text,
    Kind.DATE: Date,
    Kind.FLAG: Boolean,
    Kind.WHOLE: BigInteger,
    Kind.NUMBER: Double,
    Kind.KEY: BigInteger,
}
# The integer key of each dimension that has one, and the column of its own that names it.
OWN_KEYS = {
    "team": "team_key",
    "worker": "worker_key",
    "child": "child_key",
    "family": "family_key",
    "timescale": "timescale_key",
}
# Of whom restricted knows an identity, and the column that their token is made of.
PERSONS = {"child": "case_number", "worker": "worker_id", "family": "family_id"}
# Each authority's keys lie in a range of its own: la_code times this, and on.
KEYS_OF_AN_AUTHORITY = 1_000_000_000
KEYS_IN_DIMENSIONS = {"worker": ("team_key",)}
# What frozen figures count by family is named by its key.
FAMILY_SUBJECT = "family "
# By dimension that frozen figures may name, SQL of the last key that they do: it is nobody else's.
LAST_FROZEN_KEY = {
    "child": "(select coalesce(max(child_key), 0) from report.frozen_subject "
    "where la_code = :la_code)",
    "team": "(select coalesce(max(team_key), 0) from report.frozen_subject "
    "where la_code = :la_code)",
    "family": "(select coalesce(max(cast(substr(subject_id, "
    f"{len(FAMILY_SUBJECT) + 1}) as bigint)), 0) from report.frozen_subject "
    f"where la_code = :la_code and subject_id like '{FAMILY_SUBJECT}%')",
}


def before_first_key(la_code: str) -> int:
    """The number before the first key of an authority."""
    return int(la_code) * KEYS_OF_AN_AUTHORITY


def key_columns(table: contract.Table) -> tuple[str, ...]:
    """The keys of other tables that this one holds."""
    if not table.is_fact:
        return KEYS_IN_DIMENSIONS.get(table.name, ())
    if table.name == "timescale_obligation":
        return (*DIMENSION_KEYS, "timescale_key")
    return tuple(DIMENSION_KEYS)


def content_columns(table: contract.Table) -> tuple[str, ...]:
    """What a version is a version of: all but la_code, run_id, known_from and known_to."""
    own = (OWN_KEYS[table.name],) if table.name in OWN_KEYS else ()
    return (*own, *(column.name for column in table.stored_columns), *key_columns(table))


def version_key(table: contract.Table) -> tuple[str, ...]:
    """What is unique among the current rows of one authority."""
    if table.name in OWN_KEYS:
        return (OWN_KEYS[table.name],)
    return tuple("child_key" if name == "child_token" else name for name in table.key)


def _content(table: contract.Table, key: set[str]) -> list[Column[Any]]:
    """la_code, what the contract stores, and the keys of other tables."""
    columns: list[Column[Any]] = []
    if table.has_authority:
        columns.append(
            Column("la_code", Text, primary_key="la_code" in key, nullable=False,
                   comment="three digits; empty in national lists")
        )  # fmt: skip
    columns += [
        Column(
            column.name,
            TYPES[column.kind],
            primary_key=column.name in key,
            autoincrement=False,
            comment=column.meaning,
        )
        for column in table.stored_columns
    ]
    columns += [
        Column(name, BigInteger, primary_key=name in key, nullable=False,
               comment=f"key of dim_{name.removesuffix('_key')}; 0 is not known")
        for name in key_columns(table)
    ]  # fmt: skip
    return columns


def _history() -> list[Column[Any]]:
    return [
        Column("run_id", Text, nullable=False, comment="the run that brought this version"),
        Column("known_from", Date, primary_key=True, comment="first extract that held it"),
        Column("known_to", Date, nullable=False, comment="first that did not; 9999-12-31"),
    ]


def _star_table(metadata: MetaData, table: contract.Table) -> Table:
    own = [OWN_KEYS[table.name]] if table.name in OWN_KEYS else []
    key = set(version_key(table)) | ({"la_code"} if table.has_authority and not own else set())
    if table.keeps_history:
        key.add("known_from")
    columns: list[Column[Any]] = [
        Column(
            name,
            BigInteger,
            primary_key=True,
            autoincrement=False,
            comment="durable key; 0 is the unknown member",
        )
        for name in own
    ]
    columns += _content(table, key)
    if table.keeps_history:
        columns += _history()
    dated = f" Default date: {table.dated_by}." if table.dated_by else ""
    comment = f"{table.grain[0].upper()}{table.grain[1:]}.{dated}"
    return Table(
        table.warehouse or table.name, metadata, *columns, schema="warehouse", comment=comment
    )


def _table(metadata: MetaData, schema: str, name: str, comment: str, **columns: type) -> Table:
    """A table that is no part of the star; a name that ends in _ is part of its key."""
    return Table(
        name,
        metadata,
        *(
            Column(
                column.removesuffix("_"),
                kind,
                primary_key=column.endswith("_"),
                autoincrement=False,
            )
            for column, kind in columns.items()
        ),
        schema=schema,
        comment=comment,
    )


def build_metadata() -> MetaData:
    """Every table of the schemas warehouse, report and audit."""
    metadata = MetaData()
    for table in STAR:
        _star_table(metadata, table)
    _audit_tables(metadata)
    _report_tables(metadata)
    return metadata


def _audit_tables(metadata: MetaData) -> None:
    _table(
        metadata, "audit", "load_run", "A run that loaded a night, was stopped, or was taken back.",
        run_id_=Text, la_code=Text, extract_date=Date, status=Text, message=Text,
        started_at=DateTime, finished_at=DateTime, software_version=Text, extract_sha256=Text,
        authority_sha256=Text, rules_sha256=Text, previous_run_id=Text, undone_at=DateTime,
    )  # fmt: skip
    _table(
        metadata, "audit", "table_load", "Where the records of a table went, in a run.",
        run_id_=Text, table_name_=Text, source_table=Text, rows_in_file=BigInteger,
        repeats=BigInteger, outside=BigInteger, held_back=BigInteger,
        kept_earlier_version=BigInteger, loaded=BigInteger, unchanged=BigInteger,
        new_versions=BigInteger, closed=BigInteger,
    )  # fmt: skip
    _table(
        metadata, "audit", "rejected_row", "A record that was held back, and why; no value.",
        run_id_=Text, table_name_=Text, record_number_=BigInteger, source_table=Text,
        column_name=Text, reason=Text,
    )  # fmt: skip
    _table(
        metadata, "audit", "expectation_result", "What came of an expectation in a run.",
        run_id_=Text, number_=BigInteger, table_name=Text, column_name=Text, reason=Text,
        says=Text, action=Text, outcome=Text, rows=BigInteger, rows_failed=BigInteger,
    )  # fmt: skip
    _table(
        metadata, "audit", "replaced_value", "Values read as missing, by how they were spelt.",
        run_id_=Text, source_table_=Text, source_column_=Text, spelling_=Text, rows=BigInteger,
    )  # fmt: skip
    _table(
        metadata, "audit", "observation", "What else a run came upon, counted.",
        run_id_=Text, observation_=Text, detail_=Text, rows=BigInteger,
    )  # fmt: skip
    _table(
        metadata, "audit", "privacy_action",
        "An erasure, a purge or a change of key: what was done and to how many, not to whom.",
        action_id_=Text, part_=Text, la_code=Text, action=Text, done_at=DateTime,
        software_version=Text, rows=BigInteger,
    )  # fmt: skip


def _report_tables(metadata: MetaData) -> None:
    _table(
        metadata, "report", "last_extract", "The last extract loaded of each authority.",
        la_code_=Text, extract_date=Date, run_id=Text,
    )  # fmt: skip
    _table(
        metadata, "report", "measure", "What each measure means.",
        measure_=Text, title=Text, definition=Text, unit=Text, better=Text, citation=Text,
    )  # fmt: skip
    figures = {"numerator": BigInteger, "denominator": BigInteger, "value": Double}
    _table(
        metadata, "report", "monthly_measure", "A measure of an authority in a month.",
        la_code_=Text, month_=Date, measure_=Text, label_=Text, **figures, known_on=Date,
        definition_sha256=Text,
    )  # fmt: skip
    _table(
        metadata, "report", "monthly_measure_by_team", "The same for a team.",
        la_code_=Text, month_=Date, measure_=Text, label_=Text, team_key_=BigInteger,
        **figures, known_on=Date,
    )  # fmt: skip
    _table(
        metadata, "report", "frozen_month",
        "A month's figures kept as published, and what made them.",
        la_code_=Text, label_=Text, month=Date, known_on=Date, frozen_at=DateTime, run_id=Text,
        software_version=Text, definitions_sha256=Text, rules_sha256=Text, authority_sha256=Text,
    )  # fmt: skip
    _table(
        metadata, "report", "frozen_subject", "What a frozen figure counted, one by one.",
        la_code_=Text, label_=Text, measure_=Text, subject_id_=Text, month=Date,
        child_key=BigInteger, team_key=BigInteger, in_numerator=BigInteger,
        in_denominator=BigInteger,
    )  # fmt: skip
    _table(
        metadata, "report", "restatement",
        "A frozen figure beside what it is now, and how much of what it counts moved, by cause.",
        la_code_=Text, label_=Text, measure_=Text, month=Date, published_known_on=Date,
        published_numerator=BigInteger, published_denominator=BigInteger, published=Double,
        now_known_on=Date, now_numerator=BigInteger, now_denominator=BigInteger, now=Double,
        difference=Double, recorded_late=BigInteger, corrected_date=BigInteger, added=BigInteger,
        removed=BigInteger, merged_child=BigInteger, changed_status=BigInteger,
        changed_rule=BigInteger,
    )  # fmt: skip
    _table(
        metadata, "report", "restated_subject",
        "What entered, left or changed its place in a frozen figure since, and why.",
        la_code_=Text, label_=Text, measure_=Text, subject_id_=Text, month=Date, cause=Text,
        changed_rule=Text, child_key=BigInteger, team_key=BigInteger, was_in_numerator=BigInteger,
        was_in_denominator=BigInteger, is_in_numerator=BigInteger, is_in_denominator=BigInteger,
    )  # fmt: skip


def _restricted_tables(metadata: MetaData) -> None:
    _table(
        metadata, "restricted", "child_identity", "The child behind a key.",
        child_key_=BigInteger, la_code=Text, case_number=Text, legacy_id=Text,
    )  # fmt: skip
    _table(
        metadata, "restricted", "worker_identity", "The worker behind a key.",
        worker_key_=BigInteger, la_code=Text, worker_id=Text, staff_id=Text,
    )  # fmt: skip
    _table(
        metadata, "restricted", "family_identity", "The family behind a key.",
        family_key_=BigInteger, la_code=Text, family_id=Text,
    )  # fmt: skip
    _table(
        metadata, "restricted", "erasure_secret",
        "What erased children are recognised with, encrypted with the pseudonym key.",
        la_code_=Text, secret=Text,
    )  # fmt: skip
    _table(
        metadata, "restricted", "erased_child",
        "Children that stay erased: a keyed hash by which an extract's row is recognised.",
        recognised_by_=Text, la_code=Text,
    )  # fmt: skip


def identity_metadata() -> MetaData:
    """The only tables that identify anybody, and what keeps erased children erased: schema
    restricted, on DuckDB a file of its own."""
    metadata = MetaData()
    _restricted_tables(metadata)
    return metadata


def every_table() -> MetaData:
    """All of them, as a server holds them in one database."""
    metadata = build_metadata()
    _restricted_tables(metadata)
    _add_indexes(metadata)
    return metadata


def _add_indexes(metadata: MetaData) -> None:
    """What analysts' joins and the measures ask by, beside the primary keys. DuckDB needs none."""
    for fact in FACTS:
        table = metadata.tables[f"warehouse.{fact.warehouse}"]
        for column in dict.fromkeys(("child_key", fact.dated_by)):
            if column:
                Index(f"{table.name}_{column}", table.c[column])
    owed = metadata.tables["warehouse.fact_timescale_obligation"]
    Index("fact_timescale_obligation_timescale", owed.c.timescale, owed.c.due_date)


def of_another_version(lacking: Sequence[str], where: str) -> WrongUsage:
    """The error for a warehouse that lacks what this release writes."""
    more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    return WrongUsage(
        f"The warehouse is of another release: it lacks {lacking[0]}{more}.",
        where=where,
        means="Nothing was changed.",
        next="Run `csc-etl upgrade --warehouse URL`: it keeps every row and its history; "
        "docs/upgrade.md says how to take a copy first.",
    )
