"""PostgreSQL databases with invented rows, and the release that comes after this one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from nights.loading import command
from servers.postgresql import Server
from sqlalchemy import Column, Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from etl.settings import ACCESS
from etl.warehouse import migrations
from etl.warehouse.schema import every_table

ROWS = 2
NOW = migrations.CURRENT
NEXT = f"{int(NOW) + 1:04}"
PRIORITY = "how urgent it is"
_VALUES: dict[type, Callable[[int], object]] = {
    bool: lambda number: number % 2 == 0,
    int: lambda number: number,
    Decimal: lambda number: Decimal(number) / 3,
    date: lambda number: date(2026, 3, number),
    datetime: lambda number: datetime.fromisoformat(f"2026-03-0{number} 02:00"),
    str: lambda number: f"90{number}",
}
REVISION = f'''"""What the next release changes: a column, and a table of an authority's rows."""

from alembic import op
import sqlalchemy as sa

revision = "{NEXT}"
down_revision = "{NOW}"


def upgrade() -> None:
    priority = sa.Column("priority", sa.Text, comment="{PRIORITY}")
    op.add_column("fact_referral", priority, schema="warehouse")
    op.create_table(
        "fact_risk",
        sa.Column("la_code", sa.Text, primary_key=True),
        sa.Column("risk", sa.Text, primary_key=True),
        schema="warehouse",
    )
    op.execute("insert into warehouse.fact_risk values ('901', 'r1'), ('902', 'r2')")
'''


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A transaction in the database, kept when the block ends."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def database_with_roles(server: Server) -> str:
    """An empty database whose administrator has made the roles."""
    url = server.new_database()
    _make_roles(url)
    return url


def _make_roles(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute((ACCESS / "roles.sql").read_bytes())


def copy_of(server: Server, url: str) -> str:
    """The URL of a database with the same content and roles."""
    copied = server.copy_database(url)
    _make_roles(copied)
    return copied


def database_of_this_release(server: Server) -> str:
    """The tables and views of this release, with two invented rows in every table."""
    url = database_with_roles(server)
    assert command("upgrade", "--warehouse", url).exit_code == 0
    with connected(url) as connection:
        for table in every_table().sorted_tables:
            rows = [
                {column.name: _value(column, number) for column in table.columns}
                for number in range(1, ROWS + 1)
            ]
            connection.execute(table.insert(), rows)
    return url


def _value(column: Column[Any], number: int) -> object:
    if column.name == "known_to":
        return date.max
    return _VALUES[column.type.python_type](number)


def asked(url: str, sql: str, role: str = "none") -> list[tuple[Any, ...]]:
    """The rows of a query, as a member of a role."""
    with psycopg.connect(url) as connection:
        connection.execute(f"set role {role}".encode())
        return connection.execute(sql.encode()).fetchall()


def content(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of this release, in its columns of this release."""
    with connected(url) as connection:
        return {
            table.fullname: [tuple(row) for row in connection.execute(table.select())]
            for table in every_table().sorted_tables
        }


def next_release(patch: pytest.MonkeyPatch, folder: Path, revision: str = REVISION) -> None:
    """From here on the program is the next release, which has this revision."""
    following = folder / "migrations"
    shutil.copytree(migrations.FOLDER, following)
    (following / "versions" / f"{NEXT}_next.py").write_text(revision, encoding="utf-8")
    patch.setattr(migrations, "FOLDER", following)
    patch.setattr(migrations, "CURRENT", NEXT)
