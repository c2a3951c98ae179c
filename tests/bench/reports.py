"""What the monthly report, its public edition and the work lists cost, each by its command, from
the warehouse of the golden nights."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from bench.alone import Spent, alone, least
from bench.asked import Asked
from bench.engines import DUCKDB
from bench.goals import FIRST, LATER
from bench.nights import floor_of, golden_council
from bench.results import Result

REPORT = ("report", "2014-10", "--known-on", "2014-12-04")
COMMANDS = {
    "report": REPORT,
    "public edition": (*REPORT, "--public"),
    "work lists": ("worklist",),
}


def command(arguments: list[str]) -> None:
    """The work: one command of the command line. Raises SystemExit where it fails."""
    from etl.cli import main

    if failed := main(arguments):
        raise SystemExit(failed)


def measured(asked: Asked) -> list[Result]:
    """What each command took, the least of so many times, beside the floor of the first night."""
    with tempfile.TemporaryDirectory() as folder, golden_council() as council:
        url = DUCKDB.new(Path(folder))
        floor = least(asked.times, partial(floor_of, council.nights[FIRST], DUCKDB))
        for night in (FIRST, LATER):
            alone(
                "bench.nights:load", extract=str(council.nights[night]),
                authority=str(council.authority), folder=folder, url=url,
            )  # fmt: skip
        results = []
        for name, arguments in COMMANDS.items():
            said = [*arguments, "--warehouse", url, "--out", f"{folder}/{name}"]
            spent = least(asked.times, partial(alone, "bench.reports:command", arguments=said))
            results += _of(name, spent, floor)
        return results


def _of(name: str, spent: Spent, floor: Spent) -> list[Result]:
    return [
        Result(name, "process seconds", spent.seconds),
        Result(f"{name}: imports", "process seconds", spent.imports),
        Result(f"{name}: times the floor", "times", spent.seconds / floor.seconds),
        Result(f"{name}: peak memory", "GiB", spent.mebibytes / 2**10),
    ]
