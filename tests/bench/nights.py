"""What nights cost beside the floor: of councils of several sizes, on both engines."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from bench.alone import TESTS, Spent, alone, least
from bench.asked import Asked
from bench.engines import DUCKDB, Engine, postgresql
from bench.goals import FIRST, LAST_STEP, LATER, TIMES_FLOOR, UNCHANGED, WITHOUT_IMPORTS
from bench.results import Result

GOLDEN = TESTS / "golden"
PETERBOROUGH = GOLDEN / "peterborough.toml"
WESTMERE = TESTS.parent / "etl" / "demo" / "westmere.toml"
LIBRARY, PEOPLE = "great_expectations", "DIM_PERSON"
DEMO_NIGHTS = {FIRST: "2025-10-06", LATER: "2025-10-13"}


@dataclass(frozen=True)
class Council:
    """A council and the extracts of its nights, in their order, by what each night is called."""

    authority: Path
    nights: dict[str, Path]


# Works: each is done in a process of its own.


def load(extract: str, authority: str, folder: str, url: str) -> dict[str, float]:
    """Load a night; returns the process seconds of each step."""
    from etl.log import logger
    from etl.night.begin import begin
    from etl.night.walk import load_night

    logger.setLevel("ERROR")
    run = begin(Path(extract), Path(authority), url, landing=Path(folder) / "landing")
    loaded, timings = load_night(run)
    if not loaded:
        raise SystemExit(f"{extract} was loaded already")
    return {timing.step: timing.process_seconds for timing in timings}


def imported(module: str) -> None:
    """Import a module."""
    import_module(module)


def write_demo(folder: str, children: int, night: str) -> str:
    """Write a night of the invented council; returns where it is."""
    from datetime import date

    from etl.demo.extract import write_extract

    day = date.fromisoformat(night)
    return str(write_extract(Path(folder), children=children, extract_date=day))


# Subjects.


def golden(asked: Asked) -> list[Result]:
    """The council whose figures were printed, in a DuckDB file."""
    library = least(asked.times, lambda: alone("bench.nights:imported", module=LIBRARY))
    with golden_council() as council:
        return [
            Result(f"importing {LIBRARY}", "process seconds", library.imports),
            *measured(council, DUCKDB, asked.times),
        ]


def golden_in_postgresql(asked: Asked) -> list[Result]:
    """The same in PostgreSQL, of which the server's process seconds count as well."""
    with golden_council() as council, postgresql() as engine:
        return measured(council, engine, asked.times)


def small(asked: Asked) -> list[Result]:
    """The invented council with 3,000 children."""
    with demo_council(asked, 3_000) as council:
        return measured(council, DUCKDB, asked.times)


def large(asked: Asked) -> list[Result]:
    """The invented council, with 200,000 children unless another number is asked for, and the same
    a week later, in which about one row in a hundred changed."""
    with demo_council(asked, asked.children) as council:
        return measured(council, DUCKDB, asked.times)


def million(asked: Asked) -> list[Result]:
    """The first night of the invented council with a million children, once."""
    with demo_council(asked, 1_000_000, {FIRST: DEMO_NIGHTS[FIRST]}) as council:
        return measured(council, DUCKDB, times=1)


@contextmanager
def golden_council() -> Iterator[Council]:
    """With a second night in which nothing but the date changed, and the one of a month later."""
    with tempfile.TemporaryDirectory() as folder:
        same = Path(folder) / "2014-11-04"
        first, later = (GOLDEN / f"{night}.zip" for night in ("2014-11-03", "2014-12-04"))
        with zipfile.ZipFile(first) as archive:
            archive.extractall(same)
        yield Council(PETERBOROUGH, {FIRST: first, UNCHANGED: same, LATER: later})


@contextmanager
def demo_council(
    asked: Asked, children: int, days: Mapping[str, str] = DEMO_NIGHTS
) -> Iterator[Council]:
    """With nights that were kept from another time, where that was asked for, or written now."""
    with tempfile.TemporaryDirectory() as folder:
        extracts = (asked.extracts or Path(folder)) / str(children)
        nights = {name: _demo_night(extracts, children, day) for name, day in days.items()}
        yield Council(WESTMERE, nights)


def _demo_night(extracts: Path, children: int, night: str) -> Path:
    written = extracts / night
    if not (written / "MANIFEST.csv").exists():  # which is written last
        alone("bench.nights:write_demo", folder=str(extracts), children=children, night=night)
    return written


# What is told of them.


def measured(council: Council, engine: Engine, times: int) -> list[Result]:
    """What each night took, the least of so many times, beside the floor of the first's files."""
    first = next(iter(council.nights.values()))
    floor = least(times, lambda: floor_of(first, engine))
    found = nights_of(council, engine, times)
    return [
        Result("people", "people", floor.answer[PEOPLE]),
        Result("rows", "rows", sum(floor.answer.values())),
        Result("floor", "process seconds", floor.seconds),
        Result("floor: imports", "process seconds", floor.imports),
        Result("floor: peak memory", "GiB", floor.mebibytes / 2**10),
        *(result for name, spent in found.items() for result in _of_night(name, spent, floor)),
        *_beside_first(found),
    ]


def nights_of(council: Council, engine: Engine, times: int) -> dict[str, Spent]:
    """Each night, the least of so many times, each time from an empty warehouse on."""
    every = [_once(council, engine) for _ in range(times)]
    return {
        name: min((once[name] for once in every), key=lambda spent: spent.seconds)
        for name in council.nights
    }


def _once(council: Council, engine: Engine) -> dict[str, Spent]:
    with tempfile.TemporaryDirectory() as folder:
        url = engine.new(Path(folder))
        return {
            name: alone(
                "bench.nights:load", engine.server, extract=str(extract),
                authority=str(council.authority), folder=folder, url=url,
            )
            for name, extract in council.nights.items()
        }  # fmt: skip


def floor_of(extract: Path, engine: Engine) -> Spent:
    """What the floor took of an extract, once; its answer is the rows of each table."""
    with tempfile.TemporaryDirectory() as folder:
        url = engine.new(Path(folder))
        return alone(engine.floor, engine.server, extract=str(extract), folder=folder, url=url)


def _of_night(night: str, spent: Spent, floor: Spent) -> Iterator[Result]:
    rows = sum(floor.answer.values())
    without = spent.without_imports / floor.without_imports
    yield Result(night, "process seconds", spent.seconds)
    yield Result(f"{night}: imports", "process seconds", spent.imports)
    if spent.of_server:
        yield Result(f"{night}: the server", "process seconds", spent.of_server)
    yield Result(f"{night}: {TIMES_FLOOR}", "times", spent.seconds / floor.seconds)
    yield Result(f"{night}: {WITHOUT_IMPORTS}", "times", without)
    yield Result(f"{night}: a row", "microseconds", spent.seconds / rows * 1e6)
    yield Result(f"{night}: peak memory", "GiB", spent.mebibytes / 2**10)
    yield Result(f"{night}: peak memory a row", "KiB", spent.mebibytes * 2**10 / rows)
    for step, seconds in spent.answer.items():
        yield Result(f"{night}: step {step}", "process seconds", seconds)


def _beside_first(found: dict[str, Spent]) -> Iterator[Result]:
    """What the last step of each later night took of the first's."""
    first, *later = found
    for night in later:
        times = _last_step(found[night]) / _last_step(found[first])
        yield Result(f"{night}: {LAST_STEP}, times the first's", "times", times)


def _last_step(spent: Spent) -> float:
    """What it took with the server's work, which is done for hardly any other step."""
    return float(spent.answer[LAST_STEP]) + spent.of_server
