"""The warehouse's tables as SQLAlchemy metadata, which SQLAlchemy compiles for every engine: the
star is made from the contracts, the others are listed, a file for each schema."""

from __future__ import annotations

from sqlalchemy import MetaData

from etl.contracts.register import STAR
from etl.warehouse.schema.audit import add_audit_tables
from etl.warehouse.schema.report import add_report_tables
from etl.warehouse.schema.restricted import add_restricted_tables
from etl.warehouse.schema.star import add_indexes, add_star_table


def build_metadata() -> MetaData:
    """Every table of the schemas warehouse, report and audit."""
    metadata = MetaData()
    for table in STAR:
        add_star_table(metadata, table)
    add_audit_tables(metadata)
    add_report_tables(metadata)
    return metadata


def identity_metadata() -> MetaData:
    """The only tables that identify anybody, and what keeps erased children erased: schema
    restricted, on DuckDB a file of its own."""
    metadata = MetaData()
    add_restricted_tables(metadata)
    return metadata


def every_table() -> MetaData:
    """All of them, as a server holds them in one database."""
    metadata = build_metadata()
    add_restricted_tables(metadata)
    add_indexes(metadata)
    return metadata
