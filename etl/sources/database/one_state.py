"""A connection that sees one state of the database while a night is read, and changes nothing.

PostgreSQL always offers that. SQL Server does where its database allows snapshots; where it does
not, each statement sees what is there in its own moment, and what changed between is found by
counting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnClause, Connection, Select, column, func, select, table
from sqlalchemy.exc import DBAPIError

from etl.log import logger
from etl.sources.database.address import Address
from etl.sources.database.faults import cannot_connect, told
from etl.sources.database.there import SQL_SERVER

ON = 1


@dataclass(frozen=True)
class State:
    """is_one: whether every statement sees the same."""

    connection: Connection
    is_one: bool

    @property
    def dialect(self) -> str:
        """The name of the database's kind."""
        return self.connection.dialect.name


@contextmanager
def one_state(address: Address, schema: str | None) -> Iterator[State]:
    """The state while the block runs. schema: may say before a dot which database it is in. Raises
    WrongUsage where the driver is lacking, ConnectionFault where nothing can be reached."""
    engine = address.engine()
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise cannot_connect(error, address.shown) from None
    try:
        yield _begun(connection, address, schema)
    finally:
        with suppress(DBAPIError):  # of one that is lost there is nothing to roll back
            connection.close()
        engine.dispose()


def _begun(connection: Connection, address: Address, schema: str | None) -> State:
    of_driver = connection.dialect.loaded_dbapi.Error
    if connection.dialect.name != SQL_SERVER:
        level, read_only = "REPEATABLE READ", {"postgresql_readonly": True}
        connection = connection.execution_options(isolation_level=level, **read_only)
        with told("the form of its dates", address.shown, of_driver):
            connection.execute(select(func.set_config("datestyle", "ISO, YMD", True)))
        return State(connection, True)
    with told("whether it offers snapshots", address.shown, of_driver):
        is_on = connection.execute(snapshots_of(schema)).scalar() == ON
        connection.rollback()
    if not is_on:
        logger.warning(
            "the database offers no snapshots: the night is stopped where a table has another "
            "number of records after the reading than before"
        )
    level = "SNAPSHOT" if is_on else "READ COMMITTED"
    return State(connection.execution_options(isolation_level=level), is_on)


def snapshots_of(schema: str | None) -> Select[Any]:
    """The statement for whether a database of SQL Server offers snapshots: 1 where it does."""
    database, _, _ = (schema or "").rpartition(".")
    state: ColumnClause[Any] = column("snapshot_isolation_state")
    name: ColumnClause[Any] = column("name")
    asked = select(state).select_from(table("databases", schema="sys"))
    return asked.where(name == (database or func.db_name()))
