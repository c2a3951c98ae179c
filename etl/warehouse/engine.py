"""What every engine offers: whole reads, and writes that happen whole or not at all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from etl.errors import WrongUsage
from etl.log import logger
from etl.run import checked

# A parameter of a statement, ``:name``; a cast, ``::type``, is none.
PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)\b")
LOCK_WAIT_SECONDS = 3600


class Session(Protocol):
    """One connection. SQL names its parameters ``:name``; those it does not name are ignored."""

    def run(self, sql: str, **parameters: Any) -> int:
        """Run a statement; returns the number of rows it changed."""

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    def table(self, sql: str, **parameters: Any) -> pa.Table:
        """The rows of a query as Arrow."""

    def stage(self, name: str, content: pa.Table) -> None:
        """Make a temporary table ``name`` of these rows."""

    def make_views(self, views: Mapping[str, str]) -> None:
        """Make these views, query by name with its schema, the only ones of ``report``. One may
        be made of those before it."""

    def wait_for_shared(self) -> None:
        """Wait until no other authority's load writes what authorities share: days, national
        codes, the measures' descriptions and the views. Kept until the block ends."""

    def refresh_statistics(self) -> None:
        """Let the planner know of what was written."""

    def turn_to_identities(self) -> None:
        """From here on only ``restricted`` is written: some engines write one place at a time."""

    def begin_again(self) -> None:
        """Within a change of several nights: drop the temporary tables, and write everything but
        ``restricted`` again."""


class Warehouse(Protocol):
    """A warehouse at a URL."""

    def exists(self) -> bool:
        """Whether anything was ever loaded."""

    def reading(self, *, identities: bool = False) -> AbstractContextManager[Session]:
        """A session that sees one state whole and changes nothing; with ``identities`` it sees
        ``restricted`` too."""

    def writing(self, la_code: str) -> AbstractContextManager[Session]:
        """The only writer of the authority; makes the tables of a warehouse that has none. What
        is written is kept when the block ends, lost where it raises."""

    def upgrading(self) -> AbstractContextManager[Session]:
        """Bring the tables of an earlier release to this one's, rows and history kept. The views
        are gone: the block makes them again."""

    def scrub(self) -> None:
        """Leave no bytes of what was deleted, as far as the engine can."""

    def shown(self) -> str:
        """Where the warehouse is, without a password."""

    def default_folder(self) -> Path | None:
        """Where landing and pages go if nobody says; None where the URL is no file."""


class _Changing:
    """A warehouse within ``one_change``: everybody reads and writes in the one session, and what is
    written is kept when that ends."""

    def __init__(self, warehouse: Warehouse, session: Session) -> None:
        self._warehouse, self._session = warehouse, session

    def exists(self) -> bool:
        return True

    @contextmanager
    def reading(self, *, identities: bool = False) -> Iterator[Session]:
        self._session.begin_again()
        yield self._session

    @contextmanager
    def writing(self, la_code: str) -> Iterator[Session]:
        self._session.begin_again()
        yield self._session

    def upgrading(self) -> AbstractContextManager[Session]:
        return self._warehouse.upgrading()

    def scrub(self) -> None:
        self._warehouse.scrub()

    def shown(self) -> str:
        return self._warehouse.shown()

    def default_folder(self) -> Path | None:
        return self._warehouse.default_folder()


_CHANGING: ContextVar[dict[str, Warehouse] | None] = ContextVar("changing", default=None)


@contextmanager
def one_change(url: str, la_code: str) -> Iterator[Session]:
    """Make one change of all that the block does to the authority's warehouse at the URL, steps of
    nights among it: it is kept when the block ends, lost where it raises."""
    warehouse = open_warehouse(url)
    with warehouse.writing(la_code) as session:
        token = _CHANGING.set({url: _Changing(warehouse, session)})
        try:
            yield session
        finally:
            _CHANGING.reset(token)


def open_warehouse(url: str) -> Warehouse:
    """The warehouse at ``duckdb:///path`` or ``postgresql://...``. Raises WrongUsage for others."""
    if changing := (_CHANGING.get() or {}).get(url):
        return changing
    if not url.isprintable():
        raise _wrong_url("The warehouse URL holds a control character.")
    scheme, _, rest = url.partition("://")
    if scheme == "duckdb" and rest.startswith("/") and rest != "/":
        from etl.warehouse.duckdb.warehouse import DuckDBWarehouse

        return DuckDBWarehouse(checked(Path(rest[1:]), "the warehouse"))
    if scheme in ("postgresql", "postgres"):
        from etl.warehouse.postgresql.warehouse import PostgreSQLWarehouse

        return PostgreSQLWarehouse(f"postgresql://{rest}")
    raise _wrong_url(
        f"The warehouse URL begins with '{scheme}:'; known are duckdb:///path and postgresql://."
        if "://" in url
        else "The warehouse URL does not begin with duckdb:/// or postgresql://."
    )


def existing_warehouse(url: str) -> Warehouse:
    """The warehouse at the URL. Raises WrongUsage where nothing was ever loaded."""
    warehouse = open_warehouse(url)
    if not warehouse.exists():
        raise WrongUsage(
            "There is no warehouse there yet.",
            where=warehouse.shown(),
            means="Nothing was changed.",
            next="Check the URL. A new warehouse is made by its first `csc-etl load`.",
        )
    return warehouse


def named_in(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the parameters that the statement names."""
    names = set(PARAMETER.findall(sql))
    return {name: value for name, value in parameters.items() if name in names}


def take_turn(take: Callable[[], bool], what: str) -> bool:
    """Try once a second until ``take`` succeeds, and say so once; False after an hour.

    what: whose load is waited for.
    """
    began = time.monotonic()
    while not take():
        waited = time.monotonic() - began
        if waited > LOCK_WAIT_SECONDS:
            return False
        if waited < 1:
            logger.info("waiting for another load %s", what)
        time.sleep(1)
    return True


def _wrong_url(what: str) -> WrongUsage:
    return WrongUsage(
        what,
        where="warehouse URL",
        means="Nothing was begun.",
        next="Write duckdb:///relative/path.duckdb, duckdb:////absolute/path.duckdb or "
        "postgresql://user@host/database.",
    )
