"""``python -m bench SUBJECT ...`` measures, keeps the figures in docs/performance.json, writes
docs/performance.md from them and says which goals were missed."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import councils, doors, nights, others, reports, visits
from bench.asked import Asked
from bench.goals import with_goals
from bench.page import KEPT, number, write_page
from bench.results import Result, merge, missed

SUBJECTS: dict[str, Callable[[Asked], list[Result]]] = {
    "small": nights.small,
    "golden": nights.golden,
    "postgresql": nights.golden_in_postgresql,
    "large": nights.large,
    "reports": reports.measured,
    "doors": doors.measured,
    "visits": visits.measured,
    "million": nights.million,
    "others": others.measured,
    "england": councils.measured,
}
PACKAGES = ("duckdb", "great-expectations", "pandas", "pyarrow", "sqlalchemy", "psycopg")


def main() -> int:
    """Measure what was asked for; returns 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("subjects", nargs="+", choices=SUBJECTS, metavar="SUBJECT")
    parser.add_argument("--children", type=int, default=Asked.children)
    parser.add_argument("--times", type=int, default=Asked.times)
    parser.add_argument("--authorities", type=int, default=Asked.authorities)
    parser.add_argument("--extracts", type=Path, metavar="DIR")
    said = parser.parse_args()
    os.environ["CSC_ETL_PSEUDONYM_KEY"] = "a key for these measurements alone"
    asked, above = Asked(said.children, said.times, said.authorities, said.extracts), []
    for subject in said.subjects:
        of = _of_this_machine(asked)  # before a commit that is made meanwhile
        results = with_goals(subject, SUBJECTS[subject](asked))
        if subject == "others":
            of["versions of the others"] = others.versions()
        merge(KEPT, subject, results, of)
        write_page()
        _say(subject, results)
        above += missed(results)
    return int(bool(above))


def _say(subject: str, results: list[Result]) -> None:
    for result in results:
        goal = "" if result.goal is None else f" (goal {result.goal:g})"
        mark = "  MISSED" if result.met is False else ""
        sys.stdout.write(
            f"{subject}: {result.name}: {number(result.value)} {result.unit}{goal}{mark}\n"
        )


def _of_this_machine(asked: Asked) -> dict[str, Any]:
    """On what and when this is measured."""
    head = ["git", "rev-parse", "--short=12", "HEAD"]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip(),
        "runs": asked.times,
        "machine": _machine(),
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in PACKAGES},
        },
    }


def _machine() -> str:
    """Its processor, cores, memory and system."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{(names or [platform.machine()])[0]}, {os.cpu_count()} cores, {gibibytes:.0f} GiB, "
        f"{platform.system()} {platform.machine()}"
    )


if __name__ == "__main__":
    sys.exit(main())
