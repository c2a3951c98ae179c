"""The star, made from the contracts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from etl.contracts import contract
from etl.contracts.contract import Kind
from etl.contracts.register import FACTS
from etl.warehouse.keys import OWN_KEYS, key_columns, version_key
from etl.warehouse.schema.table import EXACT

TYPES: dict[Kind, type[TypeEngine] | TypeEngine] = {
    Kind.ID: Text,
    Kind.CODE: Text,
    Kind.TEXT: Text,
    Kind.DATE: Date,
    Kind.FLAG: Boolean,
    Kind.WHOLE: BigInteger,
    Kind.NUMBER: EXACT,
    Kind.KEY: BigInteger,
}


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


def add_star_table(metadata: MetaData, table: contract.Table) -> None:
    """Add the table of a contract: its own key, what the contract stores, the keys of other tables,
    and its history."""
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
    Table(table.warehouse or table.name, metadata, *columns, schema="warehouse", comment=comment)


def add_indexes(metadata: MetaData) -> None:
    """What analysts' joins and the measures ask by, beside the primary keys. DuckDB needs none."""
    for fact in FACTS:
        table = metadata.tables[f"warehouse.{fact.warehouse}"]
        for column in dict.fromkeys(("child_key", fact.dated_by)):
            if column:
                Index(f"{table.name}_{column}", table.c[column])
    owed = metadata.tables["warehouse.fact_timescale_obligation"]
    Index("fact_timescale_obligation_timescale", owed.c.timescale, owed.c.due_date)
    counted = metadata.tables["report.latest_subject"].c
    Index("latest_subject_key", counted.la_code, counted.measure, counted.month, counted.subject_id,
          unique=True)  # fmt: skip
