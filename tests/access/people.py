"""A warehouse in a database of its own, and logins of every kind that come to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from servers.postgresql import Server
from sqlalchemy import make_url

from etl.settings import ACCESS
from etl.warehouse.migrations import SCHEMAS

ROLES_SQL = (ACCESS / "roles.sql").read_text(encoding="utf-8")
OURS = "relnamespace in (" + ", ".join(f"'{schema}'::regnamespace" for schema in SCHEMAS) + ")"
READERS = ("csc_analyst", "csc_operational", "csc_auditor")
REFUSED = psycopg.errors.InsufficientPrivilege.sqlstate


@dataclass
class Warehouse:
    """A database, and the logins made for it. url: the administrator's."""

    server: Server
    url: str
    logins: list[str] = field(default_factory=list)

    @property
    def database(self) -> str:
        return str(make_url(self.url).database)

    def administer(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement as the administrator."""
        return self.server.run(sql, self.database)

    def login(self, *roles: str) -> str:
        """The URL of a new login that has these roles. Those of authorities are made for it."""
        name = f"csc_test_{uuid.uuid4().hex[:12]}"
        self.administer(f"create role {name} login password 'of-a-test'")
        self.logins.append(name)
        for role in roles:
            if role.startswith("csc_authority_"):
                self.administer(unless_there(f'create role "{role}"'))
            self.administer(f'grant "{role}" to {name}')
        return self.server.url(self.database, name, "of-a-test")

    def visitor(self) -> str:
        """The URL of a login that has no role, and may connect all the same."""
        url = self.login()
        self.administer(f"grant connect on database {self.database} to {user(url)}")
        return url

    def relations(self) -> list[tuple[str, str, str]]:
        """Every table, view and the like of the warehouse: its name, kind and first column."""
        return self.administer(
            "select relnamespace::regnamespace || '.' || relname, relkind::text, attname "
            f"from pg_class join pg_attribute on attrelid = oid and attnum = 1 where {OURS} "
            "and relkind <> 'i' order by 1"
        )

    def forget_logins(self) -> None:
        for name in self.logins:
            self.administer(f"drop owned by {name}; drop role {name}")


@contextmanager
def a_warehouse(server: Server) -> Iterator[Warehouse]:
    """An empty database in which the administrator ran roles.sql."""
    warehouse = Warehouse(server, server.new_database())
    warehouse.administer(ROLES_SQL)
    yield warehouse
    warehouse.forget_logins()


def user(url: str) -> str:
    """The login of a URL."""
    return str(make_url(url).username)


def unless_there(create_role: str) -> str:
    """The statement, for a role that a test beside this one may make at the same time."""
    caught = "exception when duplicate_object or unique_violation then null;"
    return f"do $$ begin {create_role}; {caught} end $$"


def ask(url: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query, asked by a login."""
    with psycopg.connect(url) as connection:
        return connection.execute(sql.encode()).fetchall()


def refusal(connection: psycopg.Connection[Any], sql: str) -> str | None:
    """The code by which the server refuses a statement; None where it runs. Nothing of it stays."""
    try:
        connection.execute(sql.encode())
    except psycopg.Error as error:
        return error.sqlstate
    finally:
        connection.rollback()
    return None
