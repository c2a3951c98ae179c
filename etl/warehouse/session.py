"""What every engine offers: whole reads, and writes that happen whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from etl.warehouse.view import View

# A parameter of a statement, ``:name``; a cast, ``::type``, is none.
PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)\b")

# Of a reader: few enough for the memory, and as many as a Parquet file likes in one group.
BATCH_ROWS = 50_000


class Session(Protocol):
    """One connection. SQL names its parameters ``:name``; those it does not name are ignored."""

    def run(self, sql: str, **parameters: Any) -> int:
        """Run a statement; returns the number of rows it changed."""

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    def table(self, sql: str, **parameters: Any) -> pa.Table:
        """The rows of a query as Arrow."""

    def reader(self, sql: str) -> pa.RecordBatchReader:
        """The rows of a query as Arrow, ``BATCH_ROWS`` at a time: never are all in memory."""

    def stage(self, name: str, content: pa.Table) -> None:
        """Make a temporary table ``name`` of these rows."""

    def stage_file(self, name: str, path: Path) -> None:
        """Let ``name`` stand for the rows of a Parquet file, which is there until ``drop``: never
        are all of them in memory."""

    def make(self, name: str, query: str, **parameters: Any) -> int:
        """Make a temporary table ``name`` of a query's rows, of which the planner knows; returns
        how many there are."""

    def drop(self, *names: str) -> None:
        """Free what is staged or made under these names."""

    def make_views(self, views: Sequence[View]) -> None:
        """Make these the only views of ``report``, with their comments, where they are not just
        these already. One may be made of those before it."""

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


class StoredWarehouse(Warehouse, Protocol):
    """A warehouse that can be copied away."""

    def back_up(self, folder: Path) -> dict[str, str]:
        """Write into the folder, of one moment, all that a restore needs; returns the SHA-256 of
        each file by its name. Waits for a load that writes, where it must."""

    def check_backup(self, folder: Path) -> None:
        """Raises NightError where what ``back_up`` wrote there cannot be read."""


def named_in(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the parameters that the statement names."""
    names = set(PARAMETER.findall(sql))
    return {name: value for name, value in parameters.items() if name in names}
