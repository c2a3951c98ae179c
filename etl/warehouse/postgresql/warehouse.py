"""A warehouse in a PostgreSQL database, version 15 or later; identities in schema ``restricted``.

A night is one transaction: readers see yesterday whole until it commits, today whole after it.
Nights of one authority take turns by an advisory lock, which dies with its session.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv
from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from etl.errors import NOTHING_CHANGED, ConnectionFault, NightError, WrongUsage
from etl.settings import ACCESS
from etl.warehouse import migrations
from etl.warehouse.engine import LOCK_WAIT_SECONDS, PARAMETER, named_in, take_turn
from etl.warehouse.members import add_unknown_members
from etl.warehouse.schema import of_another_version

OWNER = "csc_loader"
# For locks that an analyst's open transaction can hold: a view that is replaced.
LOCK_TIMEOUT = "60s"
# A night joins and sums some hundred thousand rows at a time; the server's usual 4 MB go to disk.
WORK_MEMORY = "64MB"
# Advisory locks of ours: this number, and that of the authority, or that of what all share.
LOCKS, SHARED = 0x637363, 1000
_ARROW_OF = {
    "bool": pa.bool_(), "int2": pa.int64(), "int4": pa.int64(), "int8": pa.int64(),
    "numeric": pa.float64(), "float4": pa.float64(), "float8": pa.float64(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip
_TYPE_OF = {
    pa.bool_(): "boolean", pa.int64(): "bigint", pa.float64(): "double precision",
    pa.date32(): "date",
}  # fmt: skip
_SEE_THAT_IT_RUNS = (
    "See that the server runs, and that the user, password and database of the URL are right; "
    "then try again."
)
# Worth another try: the server is away, full, stopping, or somebody holds a lock.
_PASSING = re.compile("08|53|57|58|40|55P03")


class PostgreSQLSession:
    """See ``engine.Session``. Values are bound by the client, quoted by psycopg: PostgreSQL takes
    no parameters in ``create table as``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def _execute(self, sql: str, parameters: dict[str, Any]) -> psycopg.Cursor[Any]:
        text = PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
        cursor = psycopg.ClientCursor(self._connection)
        return cursor.execute(text.encode(), named_in(sql, parameters))

    def run(self, sql: str, **parameters: Any) -> int:
        return max(self._execute(sql, parameters).rowcount, 0)

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self._execute(sql, parameters).fetchall()

    def table(self, sql: str, **parameters: Any) -> pa.Table:
        cursor = self._execute(sql, parameters)
        columns = cursor.description or []
        types = self._connection.adapters.types
        kinds = [
            _ARROW_OF.get(found.name if (found := types.get(column.type_code)) else "", pa.string())
            for column in columns
        ]
        values = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(columns)
        arrays = [pa.array(column, kind) for column, kind in zip(values, kinds, strict=True)]
        return pa.Table.from_arrays(arrays, names=[column.name for column in columns])

    def stage(self, name: str, content: pa.Table) -> None:
        columns = ", ".join(f"{field.name} {_type(field.type)}" for field in content.schema)
        self.run(f"create temporary table {name} ({columns}) on commit drop")
        written = io.BytesIO()
        options = pyarrow.csv.WriteOptions(include_header=False)
        pyarrow.csv.write_csv(content, written, options)
        copy = f"copy {name} from stdin (format csv)"
        with self._connection.cursor().copy(copy.encode()) as taking:
            taking.write(written.getbuffer())
        self.run(f"analyze {name}")

    def make_views(self, views: Mapping[str, str]) -> None:
        """Only where a text changed: replacing a view waits for everybody who reads it."""
        said = hashlib.sha256(repr(list(views.items())).encode()).hexdigest()
        if self._said_of_views() == said:
            return
        self.wait_for_shared()
        if self._said_of_views() == said:
            return
        self.drop_views()
        for name, sql in views.items():
            # The asker's own rights and row policies hold through the view, not its owner's.
            self.run(f"create view {name} with (security_invoker = true) as {sql}")
        self.run(f"comment on schema report is 'Views and figures for analysts. {said}'")
        self._give_access()

    def _give_access(self) -> None:
        """Rights of the roles, where an administrator made them for this database."""
        if self.rows("select 1 where current_user = :owner", owner=OWNER):
            self.run((ACCESS / "grants.sql").read_text(encoding="utf-8"))

    def drop_views(self) -> None:
        """All at once, as one is made of another; a stranger's view made of them refuses it."""
        views = self.rows("select quote_ident(viewname) from pg_views where schemaname = 'report'")
        if views:
            self.run(f"drop view {', '.join(f'report.{view}' for (view,) in views)}")
        self.run("comment on schema report is null")

    def _said_of_views(self) -> str | None:
        found = self.rows(
            "select right(obj_description(oid, 'pg_namespace'), 64) from pg_namespace "
            "where nspname = 'report'"
        )
        said: str | None = found[0][0]
        return said

    def wait_for_shared(self) -> None:
        self.run(f"set local lock_timeout = '{LOCK_WAIT_SECONDS}s'")
        self.run(f"select pg_advisory_xact_lock({LOCKS}, {SHARED})")
        self.run(f"set local lock_timeout = '{LOCK_TIMEOUT}'")

    def refresh_statistics(self) -> None:
        """Of the star; of what is written after it where a load ends. In the order of the tables'
        names, so that two authorities' loads cannot wait in a ring."""
        self.run(f"analyze {_tables(self, 'warehouse')}")

    def turn_to_identities(self) -> None:
        """One transaction holds both."""

    def begin_again(self) -> None:
        self.run("discard temporary")


def _tables(session: PostgreSQLSession, schema: str) -> str:
    """The schema's tables, in the order of their names, as a list for a statement."""
    found = session.rows(
        "select tablename from pg_tables where schemaname = :schema order by tablename",
        schema=schema,
    )
    return ", ".join(f"{schema}.{table}" for (table,) in found)


def _type(kind: pa.DataType) -> str:
    return "timestamp" if pa.types.is_timestamp(kind) else _TYPE_OF.get(kind, "text")


class PostgreSQLWarehouse:
    """See ``engine.Warehouse``. Raises WrongUsage where the URL cannot be read."""

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
            self._check_version(session)
            yield session

    @contextmanager
    def writing(self, la_code: str) -> Iterator[PostgreSQLSession]:
        with self._session() as (connection, session):
            self._as_owner(session)
            session.run(f"set local work_mem = '{WORK_MEMORY}'")
            self._our_turn(session, la_code)
            if not _has_tables(session):
                session.wait_for_shared()
                if not _has_tables(session):
                    self._create(connection, session)
            self._check_version(session)
            yield session
            session.run(f"analyze {_tables(session, 'audit')}, {_tables(session, 'report')}")
            connection.commit()

    @contextmanager
    def upgrading(self) -> Iterator[PostgreSQLSession]:
        with self._session() as (connection, session):
            self._as_owner(session)
            session.wait_for_shared()
            if _has_tables(session):
                self._check_not_later(session)
                session.drop_views()
                migrations.upgrade(connection)
                add_unknown_members(session)
                _set_policies(session)
            else:
                self._create(connection, session)
            yield session
            connection.commit()

    def scrub(self) -> None:
        """Write ``restricted`` anew, and free what no transaction sees any more. The write-ahead
        log and backups are the administrator's."""
        with self._session() as (connection, session):
            driver: Any = connection.connection.driver_connection
            driver.rollback()
            driver.autocommit = True  # no transaction may hold a vacuum
            self._as_owner(session)
            session.run(f"vacuum (full, analyze) {_tables(session, 'restricted')}")
            session.run(f"vacuum (analyze) {_tables(session, 'warehouse')}")

    @contextmanager
    def _session(self) -> Iterator[tuple[Connection, PostgreSQLSession]]:
        """A connection of its own, rolled back and closed unless the block commits it."""
        engine = create_engine(self._url, poolclass=NullPool, hide_parameters=True)
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise self._cannot_connect(error) from None
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
                yield connection, PostgreSQLSession(driver)
        except DBAPIError as error:
            original = error.orig
            if isinstance(original, psycopg.Error):
                raise self._fault(original) from None
            raise
        except psycopg.Error as error:
            raise self._fault(error) from None
        finally:
            engine.dispose()

    def _as_owner(self, session: PostgreSQLSession) -> None:
        """Everything of the warehouse belongs to one role, whoever of its members loads, where an
        administrator ran roles.sql in this database: roles are of the whole server."""
        owners = session.rows(
            "select 1 from pg_roles where rolname = :owner and pg_has_role(oid, 'member') "
            "and has_database_privilege(oid, current_database(), 'create')",
            owner=OWNER,
        )
        if owners:
            session.run(f"set role {OWNER}")
        session.run(f"set lock_timeout = '{LOCK_TIMEOUT}'")

    def _our_turn(self, session: PostgreSQLSession, la_code: str) -> None:
        lock = f"select pg_try_advisory_xact_lock({LOCKS}, :number)"

        def take() -> bool:
            return bool(session.rows(lock, number=int(la_code))[0][0])

        if not take_turn(take, "of this authority"):
            raise self._cannot("The authority's warehouse is being loaded by another process")

    def _create(self, connection: Connection, session: PostgreSQLSession) -> None:
        migrations.create(connection)
        add_unknown_members(session)
        _set_policies(session)

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

    def _cannot_connect(self, error: DBAPIError) -> ConnectionFault:
        # Nothing was read yet, so what the server says can quote no record.
        said = str(error.orig).strip().splitlines()[:1] or [type(error.orig).__name__]
        return self._cannot(f"The database cannot be reached ({said[0].strip()})")

    def _cannot(self, what: str, next: str = _SEE_THAT_IT_RUNS) -> ConnectionFault:
        return ConnectionFault(
            f"{what}.",
            where=self.shown(),
            means=NOTHING_CHANGED,
            next=next,
        )

    def _fault(self, error: psycopg.Error) -> NightError | psycopg.Error:
        """The error as it may be shown: with the server's code, without its text, which may
        quote a row. One of the program itself stays as it is, for the border to hide."""
        state = error.sqlstate or ""
        if state == "42501":
            return WrongUsage(
                "The database refuses this user what was asked (insufficient privilege).",
                where=self.shown(),
                means="Nothing was changed.",
                next="Load as a member of csc_loader, ask as one of csc_analyst, "
                "csc_operational or csc_auditor; docs/postgresql.md says what each may.",
            )
        if state == "2BP01":
            return WrongUsage(
                "A view that somebody made of the warehouse's views keeps them in place.",
                where=self.shown(),
                means="Nothing was changed.",
                next="Drop the views outside schema report that read it, and make them again "
                "afterwards.",
            )
        if state == "55P03":
            return self._cannot(
                "Somebody's open transaction holds a view or table that must change (55P03)"
            )
        if state == "53100":
            return self._cannot(
                "The server's disk is full (53100)",
                next="Free disk space on the server, then try again.",
            )
        if isinstance(error, psycopg.OperationalError) or _PASSING.match(state):
            return self._cannot(f"The database failed or went away ({state or 'connection lost'})")
        return error


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


def _set_policies(session: PostgreSQLSession) -> None:
    session.run((ACCESS / "policies.sql").read_text(encoding="utf-8"))


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
