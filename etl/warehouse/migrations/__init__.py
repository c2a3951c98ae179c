"""The tables of a PostgreSQL warehouse from release to release, by Alembic's revisions.

A new database gets the tables of ``schema/`` at once; one of an earlier release is brought to
the same by the revisions it lacks. A test holds both ways to the same end. Alembic is imported
where a database is brought over: no night asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.schema import AddConstraint, CreateIndex

from etl.warehouse.dialect import making, text_of
from etl.warehouse.schema import every_table

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
SCHEMAS = ("warehouse", "report", "audit", "restricted")
VERSION_TABLE, VERSION_SCHEMA = "schema_version", "audit"
STORED_VERSION = f"select version_num from {VERSION_SCHEMA}.{VERSION_TABLE}"
# The last revision in versions/, numbered in four digits; a test compares.
CURRENT = "0015"


def is_current(stored: Sequence[tuple[Any, ...]]) -> bool:
    """Whether the rows of STORED_VERSION are those of this release."""
    return list(stored) == [(CURRENT,)]


def is_later(stored: Sequence[tuple[Any, ...]]) -> bool:
    """Whether they are those of a later release: revisions are numbered in their order."""
    return list(stored) > [(CURRENT,)]


# Alembic's own table, as it makes it.
_STAMPED = f"""
create table {VERSION_SCHEMA}.{VERSION_TABLE} (
    version_num varchar(32) not null, constraint {VERSION_TABLE}_pkc primary key (version_num)
);
insert into {VERSION_SCHEMA}.{VERSION_TABLE} values ('{CURRENT}')
"""


def create(connection: Connection) -> dict[str, list[str]]:
    """Make every schema, table and comment in an empty database; they are hundreds of statements,
    which are sent at once. Returns, by schema, the statements that give its tables their primary
    keys and other indexes: they are made after the first rows."""
    metadata = every_table()
    indexes: dict[str, list[str]] = {schema: [] for schema in SCHEMAS}
    # Made beforehand: a key that is added later is left out where the table is made.
    for table in metadata.sorted_tables:
        of_schema = indexes[str(table.schema)]
        if table.primary_key.columns:
            of_schema.append(text_of(AddConstraint(table.primary_key)))
        of_schema += [text_of(CreateIndex(index)) for index in table.indexes]
    schemas = [f"create schema if not exists {schema}" for schema in SCHEMAS]
    connection.exec_driver_sql(
        ";\n".join([*schemas, *making(metadata), _STAMPED]),
        execution_options={"no_parameters": True},
    )
    return indexes


def upgrade(connection: Connection) -> None:
    """Run the revisions that the database lacks, within the connection's transaction."""
    from alembic import command

    command.upgrade(config(connection), "head")


def filling(revision: str) -> str:
    """SQL by which a revision fills what it adds, of what is stored; both engines run it."""
    return (FOLDER / "versions" / f"{revision}_fill.sql").read_text(encoding="utf-8")


def config(connection: Connection) -> Config:
    """Alembic's settings, for this connection; they are kept in no file."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    found.attributes["connection"] = connection
    return found
