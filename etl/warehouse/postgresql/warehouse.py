"""A warehouse in a PostgreSQL database, version 15 or later; identities in schema ``restricted``.

A night is one transaction: readers see yesterday whole until it commits, today whole after it.
Nights of one authority take turns by an advisory lock, which dies with its session.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from etl.errors import WrongUsage
from etl.warehouse import migrations
from etl.warehouse.members import add_unknown_members
from etl.warehouse.postgresql.access import become_owner, may_be_owner, set_policies
from etl.warehouse.postgresql.dumping import DUMP, check_dump, check_programs, dump
from etl.warehouse.postgresql.faults import cannot, cannot_connect, fault
from etl.warehouse.postgresql.locks import limit_waiting, take_authority
from etl.warehouse.postgresql.replacing import drop_views
from etl.warehouse.postgresql.session import PostgreSQLSession, tables_of
from etl.warehouse.postgresql.statistics import tell_little, tell_planner
from etl.warehouse.release import of_another_version

# A night joins and sums some hundred thousand rows at a time; the server's usual 4 MB go to disk.
WORK_MEMORY = "64MB"


class PostgreSQLWarehouse:
    """See ``session.StoredWarehouse``. Raises WrongUsage where the URL cannot be read."""

    def __init__(self, url: str) -> None:
        self._url = _read(url)

    def shown(self) -> str:
        asked = self._url
        return URL.create(
            "postgresql", username=asked.username, host=asked.host, port=asked.port,
            database=asked.database,
        ).render_as_string()  # fmt: skip

    def default_folder(self) -> Path | None:
        return None

    def exists(self) -> bool:
        with self._session() as (_, session):
            return _has_tables(session)

    @contextmanager
    def reading(self, *, identities: bool = False) -> Iterator[PostgreSQLSession]:
        with self._session() as (_, session):
            # Not "read only", which allows no temporary tables; what is done here is rolled back.
            session.run("set transaction isolation level repeatable read")
            _prepare_for_many_rows(session)
            self._check_version(session)
            yield session

    @contextmanager
    def writing(self, la_code: str) -> Iterator[PostgreSQLSession]:
        with self._session() as (connection, session):
            _prepare(session)
            _prepare_for_many_rows(session)
            tell_little(session)
            if not take_authority(session, la_code):
                raise cannot(
                    "The authority's warehouse is being loaded by another process", self.shown()
                )
            if not _has_tables(session):
                session.wait_for_shared()
                if not _has_tables(session):
                    self._create(connection, session)
            self._check_version(session)
            yield session
            session.make_indexes()
            tell_planner(session, la_code, "audit", "report")
            connection.commit()

    @contextmanager
    def upgrading(self) -> Iterator[PostgreSQLSession]:
        with self._session(is_upgrading=True) as (connection, session):
            _prepare(session)
            session.wait_for_shared()
            if _has_tables(session):
                self._check_not_later(session)
                if not migrations.is_current(session.rows(migrations.STORED_VERSION)):
                    drop_views(session)
                migrations.upgrade(connection)
                add_unknown_members(session)
                set_policies(session)
            else:
                self._create(connection, session)
                session.make_indexes()
            yield session
            connection.commit()

    def scrub(self) -> None:
        """Write ``restricted`` anew, and free what no transaction sees any more. The write-ahead
        log and backups are the administrator's."""
        with self._session() as (connection, session):
            driver: Any = connection.connection.driver_connection
            driver.rollback()
            driver.autocommit = True  # no transaction may hold a vacuum
            _prepare(session)
            session.run(f"vacuum (full, analyze) {tables_of(session, 'restricted')}")
            session.run(f"vacuum (analyze) {tables_of(session, 'warehouse')}")

    def back_up(self, folder: Path) -> dict[str, str]:
        """By pg_dump: a dump is of one moment, also while a night loads."""
        with self._session() as (connection, session):
            driver: Any = connection.connection.driver_connection
            server_version, as_owner = driver.info.server_version, may_be_owner(session)
        check_programs(server_version, self.shown())
        dump(self._url, folder / DUMP, self.shown(), as_owner=as_owner)
        with (folder / DUMP).open("rb") as written:
            return {DUMP: hashlib.file_digest(written, "sha256").hexdigest()}

    def check_backup(self, folder: Path) -> None:
        check_dump(folder / DUMP)

    @contextmanager
    def _session(
        self, *, is_upgrading: bool = False
    ) -> Iterator[tuple[Connection, PostgreSQLSession]]:
        """A connection of its own, rolled back and closed unless the block commits it."""
        engine = create_engine(self._url, poolclass=NullPool, hide_parameters=True)
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise cannot_connect(error, self.shown()) from None
        try:
            with connection:
                driver: Any = connection.connection.driver_connection
                _check_server(driver, self.shown())
                # Nobody's function of a built-in one's name is run with a loader's rights.
                driver.execute("set search_path = pg_catalog, pg_temp")
                # A day as text is the same on every server.
                driver.execute("set datestyle = 'ISO, YMD'")
                driver.commit()
                connection.begin()
                yield connection, PostgreSQLSession(driver, is_upgrading=is_upgrading)
        except DBAPIError as error:
            original = error.orig
            if isinstance(original, psycopg.Error):
                raise fault(original, self.shown()) from None
            raise
        except psycopg.Error as error:
            raise fault(error, self.shown()) from None
        finally:
            engine.dispose()

    def _create(self, connection: Connection, session: PostgreSQLSession) -> None:
        session.index_later(migrations.create(connection))
        add_unknown_members(session)
        set_policies(session)

    def _check_not_later(self, session: PostgreSQLSession) -> None:
        if migrations.is_later(session.rows(migrations.STORED_VERSION)):
            raise WrongUsage(
                "The warehouse is of a later release: its tables are of a revision that this one "
                "does not know.",
                where=self.shown(),
                means="Nothing was changed.",
                next="Use the release that made them, or the copy taken before it.",
            )

    def _check_version(self, session: PostgreSQLSession) -> None:
        self._check_not_later(session)
        if not migrations.is_current(session.rows(migrations.STORED_VERSION)):
            raise of_another_version(["what a later revision of its tables has"], self.shown())


def _read(url: str) -> URL:
    try:
        found = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise WrongUsage(
            "The warehouse URL cannot be read.",
            where="warehouse URL",
            means="Nothing was begun.",
            next="Write postgresql://user@host:5432/database; encode @, / and : of a password as "
            "%40, %2F and %3A, or keep it in PGPASSFILE.",
        ) from None
    return found.update_query_dict({"application_name": "csc-etl"})


def _prepare(session: PostgreSQLSession) -> None:
    """For a session that writes."""
    become_owner(session)
    limit_waiting(session)


def _prepare_for_many_rows(session: PostgreSQLSession) -> None:
    """For a session that counts: it asks little twice."""
    session.run(f"set local work_mem = '{WORK_MEMORY}'")
    # Each statement runs once: to compile one costs more than it saves.
    session.run("set local jit = off")


def _has_tables(session: PostgreSQLSession) -> bool:
    """Asked of the catalogue, which everybody may read."""
    return bool(
        session.rows(
            "select 1 from pg_class join pg_namespace on pg_namespace.oid = relnamespace "
            "where nspname = 'audit' and relname = 'load_run'"
        )
    )


def _check_server(connection: psycopg.Connection[Any], where: str) -> None:
    if connection.info.server_version < 150000:
        raise WrongUsage(
            f"The server is PostgreSQL {connection.info.server_version // 10000}; 15 is the first "
            "whose views keep the reader's own rights.",
            where=where,
            means="Nothing was begun.",
            next="Use a server of PostgreSQL 15 or later.",
        )
