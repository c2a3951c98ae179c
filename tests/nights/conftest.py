"""The engines, each of which every night is loaded into, and nights that several modules look at.

A test that asks for ``engine``, itself or by what it looks at, runs once for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from servers.postgresql import Server

from nights.beating import warm_up
from nights.expected import Expected, expected
from nights.held import Held
from nights.loading import Council, DuckDBFile, Engine, PostgreSQLDatabase, Ran, command
from nights.prepared import prepared

ENGINES = ("duckdb", "postgresql")
# The month that is frozen as the first of the two nights knew it.
FROZEN = "2014-10"


@pytest.fixture(scope="session")
def engines(postgresql_server: Server) -> dict[str, Engine]:
    """Every engine by its name."""
    made = (DuckDBFile(), PostgreSQLDatabase(postgresql_server))
    return dict(zip(ENGINES, made, strict=True))


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, engines: dict[str, Engine]) -> Engine:
    """Each engine in turn."""
    return engines[request.param]


@dataclass(frozen=True)
class TwoNights:
    """Two nights loaded in order, the month before frozen between them. first: the council as the
    first night, and the freeze, left it."""

    expected: Expected
    council: Council
    first: Council
    ran: tuple[Ran, Ran]

    def after(self, night: int) -> Council:
        """The council as the first (0) or second (1) night left it."""
        return (self.first, self.council)[night]


@pytest.fixture(scope="session")
def two_nights_in(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Engine], TwoNights]:
    """Loads the golden nights into an engine, the first time it is asked."""
    folder = tmp_path_factory.mktemp("two_nights")
    what = expected()

    @cache
    def load(engine: Engine) -> TwoNights:
        own = folder / type(engine).__name__
        council = engine.council(own / "council", what.authority)
        first_ran = council.load(what.extracts[0])
        assert first_ran.exit_code == 0, first_ran.err
        frozen = command("freeze", FROZEN, "--warehouse", council.url)
        assert frozen.exit_code == 0, frozen.err
        first = engine.copy(council, own / "first")
        second_ran = council.load(what.extracts[1])
        assert second_ran.exit_code == 0, second_ran.err
        return TwoNights(what, council, first, (first_ran, second_ran))

    return load


@pytest.fixture(scope="module")
def two_nights(engine: Engine, two_nights_in: Callable[[Engine], TwoNights]) -> TwoNights:
    """The golden nights, loaded through the command line."""
    return two_nights_in(engine)


@pytest.fixture(scope="session")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Engine], Held]:
    """Loads the first of the prepared nights into an engine, the first time it is asked."""
    warm_up()
    nights = prepared(tmp_path_factory.getbasetemp())

    @cache
    def hold(engine: Engine) -> Held:
        folder = tmp_path_factory.mktemp("held")
        return Held(engine, nights, nights.council(engine, folder / "council"))

    return hold


@pytest.fixture(scope="module")
def held(engine: Engine, hold: Callable[[Engine], Held]) -> Held:
    """In each engine."""
    return hold(engine)


@pytest.fixture(scope="module")
def in_file(engines: dict[str, Engine], hold: Callable[[Engine], Held]) -> Held:
    return hold(engines["duckdb"])


@pytest.fixture(scope="module")
def in_database(engines: dict[str, Engine], hold: Callable[[Engine], Held]) -> Held:
    return hold(engines["postgresql"])
