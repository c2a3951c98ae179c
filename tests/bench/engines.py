"""The two engines: an empty warehouse of each, what its floor is, and who works for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.alone import Processes


@dataclass(frozen=True)
class Engine:
    """floor: the work that copies an extract into it; new: the URL of an empty warehouse, which is
    in the folder where it is a file; server: whose process seconds count, where it has one."""

    floor: str
    new: Callable[[Path], str]
    server: Processes | None = None


def _new_file(folder: Path) -> str:
    return f"duckdb:///{folder / 'warehouse.duckdb'}"


DUCKDB = Engine("bench.floor:into_duckdb", _new_file)


@contextmanager
def postgresql() -> Iterator[Engine]:
    """A server for as long as the block runs; what it takes counts as the client's does."""
    from bench.server import processes_of
    from servers.postgresql import running

    with running() as server:
        yield Engine(
            "bench.floor:into_postgresql",
            lambda _: server.new_database(),
            processes_of(server),
        )
