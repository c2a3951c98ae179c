"""The golden night with its allocations, loaded once into each engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from nights.expected import expected
from nights.loading import Council, DuckDBFile, Engine, PostgreSQLDatabase, Ran, command
from nights.test_allocation import laid_over
from servers.postgresql import Server

from etl.warehouse import open_warehouse
from etl.worklist.lists import WorkLists
from etl.worklist.reading import heading_of, read_lists


@dataclass(frozen=True)
class Golden:
    """The council, to look at; and its engine, for a copy to write to."""

    engine: Engine
    council: Council

    @property
    def url(self) -> str:
        return self.council.url

    def lists(self) -> WorkLists:
        """The lists of every team, as they are read."""
        return lists_of(self.url)


def lists_of(url: str, days: int = 10) -> WorkLists:
    with open_warehouse(url).reading(identities=True) as session:
        return read_lists(session, heading_of(session, "874", days=days, month=None))


def worklist(url: str, folder: Path, *arguments: object) -> Ran:
    """Run the command."""
    return command("worklist", "--warehouse", url, "--out", folder, *arguments)


@pytest.fixture(scope="session")
def golden_in(
    postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Golden]:
    """Loads the night into an engine, the first time it is asked."""
    engines = {"duckdb": DuckDBFile(), "postgresql": PostgreSQLDatabase(postgresql_server)}
    folder, what = tmp_path_factory.mktemp("worklist"), expected()

    @cache
    def load(name: str) -> Golden:
        own = folder / name
        own.mkdir()
        council = engines[name].council(own / "council", what.authority)
        ran = council.load(laid_over(own, what.extracts[0]))
        assert ran.exit_code == 0, ran.err
        return Golden(engines[name], council)

    return load


@pytest.fixture(scope="module", params=["duckdb", "postgresql"])
def golden(request: pytest.FixtureRequest, golden_in: Callable[[str], Golden]) -> Golden:
    """On each engine in turn."""
    return golden_in(request.param)
