"""What else a council could load the same files with, beside what the whole night costs here:
rows for each process second, and the versions that each writes on the second golden night.

The other tools stand in an environment of their own, which ``make bench-others`` makes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.alone import TESTS, Spent, alone
from bench.asked import Asked
from bench.engines import DUCKDB, Engine, postgresql
from bench.goals import FIRST, LATER
from bench.nights import WESTMERE, demo_council, golden_council
from bench.results import Result

PYTHON = TESTS.parent / "build" / "bench-others" / "bin" / "python"
TOOLS = {"dlt": "with_dlt", "dbt snapshot": "with_dbt", "pandas": "with_pandas"}
BESIDE = "dbt snapshot"
# Of the tools and of what each loads with: their own, which are not the project's.
PACKAGES = (
    "dlt", "dbt-core", "dbt-duckdb", "duckdb", "pandas", "psycopg", "pyarrow", "sqlalchemy",
)  # fmt: skip


# Works: each is done in a process of its own.


def rows_changed(before: str, after: str) -> int:
    """How many rows of a later extract are in no table of an earlier one, the ids of forms and of
    answers aside, which every extract has anew."""
    from bench.floor import tables

    earlier = dict(tables(Path(before)))
    changed = 0
    for name, table in tables(Path(after)):
        kept = [each for each in table.column_names if "FORM" not in each]
        rows, known = (each.select(kept).to_pandas() for each in (table, earlier[name]))
        found = rows.merge(known.drop_duplicates(), how="left", on=kept, indicator=True)
        changed += int((found["_merge"] == "left_only").sum())
    return changed


# What is told of them.


def measured(asked: Asked) -> list[Result]:
    """Each tool once, and the night here once: the large council's first night, then both golden
    nights. Raises SystemExit where the tools are not installed."""
    if not PYTHON.exists():
        raise SystemExit("the other tools are not installed: run `make bench-others`")
    with postgresql() as server:
        engines = {tool: server if tool == "pandas" else DUCKDB for tool in TOOLS}
        return [*_first_loads(asked, engines), *_needless_versions(engines)]


def versions() -> dict[str, str]:
    """What the other tools are, and what they loaded with."""
    told = alone("bench.tools.versions:installed", python=str(PYTHON), names=list(PACKAGES)).answer
    return dict(told)


def _first_loads(asked: Asked, engines: dict[str, Engine]) -> Iterator[Result]:
    with demo_council(asked, asked.children) as council, tempfile.TemporaryDirectory() as folder:
        extract = council.nights[FIRST]
        rows = sum(alone("bench.floor:rows", extract=str(extract)).answer.values())
        spent = {tool: _loaded(tool, [extract], engines[tool])[0] for tool in TOOLS}
        spent["ours"] = alone(
            "bench.nights:load", extract=str(extract), authority=str(WESTMERE), folder=folder,
            url=DUCKDB.new(Path(folder)),
        )  # fmt: skip
    for tool, of in spent.items():
        yield Result(tool, "rows a process second", rows / of.seconds)
        yield Result(f"{tool}: peak memory", "GiB", of.mebibytes / 2**10)
    times = spent["ours"].seconds / spent[BESIDE].seconds
    yield Result(f"ours: times the seconds of {BESIDE}", "times", times)


def _needless_versions(engines: dict[str, Engine]) -> Iterator[Result]:
    """Of the second golden night: what each tool wrote beyond the rows that changed."""
    with golden_council() as council:
        nights = [council.nights[FIRST], council.nights[LATER]]
        changed = alone("bench.others:rows_changed", before=str(nights[0]), after=str(nights[1]))
        yield Result("rows changed", "rows", changed.answer)
        for tool in TOOLS:
            first, both = _loaded(tool, nights, engines[tool])[1]
            needless = both - first - changed.answer
            yield Result(f"{tool}: needless versions", "versions", needless)


def _loaded(tool: str, nights: list[Path], engine: Engine) -> tuple[Spent, list[int]]:
    """What the first night took by a tool, and how many versions it held after each."""
    with tempfile.TemporaryDirectory() as folder:
        url = engine.new(Path(folder))
        work = f"bench.tools.{TOOLS[tool]}"
        do = partial(alone, python=str(PYTHON), folder=folder, url=url)
        spent, held = [], []
        for night in nights:
            spent.append(do(f"{work}:load", engine.server, extract=str(night)))
            held.append(do(f"{work}:versions").answer)
    return spent[0], held
