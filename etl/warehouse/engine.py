"""What every engine offers: whole reads, and writes that happen whole or not at all."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from etl.errors import WrongUsage


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


class Warehouse(Protocol):
    """A warehouse at a URL."""

    def exists(self) -> bool:
        """Whether anything was ever loaded."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that sees one state whole and changes nothing."""

    def writing(self) -> AbstractContextManager[Session]:
        """The only writer. What is written is kept when the block ends, lost where it raises."""

    def write_identities(self, session: Session, name: str, content: pa.Table) -> None:
        """Put rows into ``restricted.<name>``, replacing those with the same key."""

    def default_folder(self) -> Path | None:
        """Where landing and pages go if nobody says; None where the URL is no file."""


def open_warehouse(url: str) -> Warehouse:
    """The warehouse at ``duckdb:///path``. Raises WrongUsage for other URLs."""
    scheme, _, path = url.partition(":///")
    if scheme == "duckdb" and path:
        from etl.warehouse.duckdb_file import DuckDBWarehouse

        return DuckDBWarehouse(Path(path))
    raise WrongUsage(
        f"The warehouse URL begins with '{url.partition(':')[0]}:'; known is duckdb:///path.",
        where="warehouse URL",
        means="Nothing was begun.",
        next="Write duckdb:///relative/path.duckdb or duckdb:////absolute/path.duckdb.",
    )
