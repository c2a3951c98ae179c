"""What a figure may be at the most, by subject and by the figure's name, in its own unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bench.results import Result

FIRST, UNCHANGED, LATER = "first load", "unchanged night", "later night"
TIMES_FLOOR, WITHOUT_IMPORTS = "times the floor", "times the floor, without imports"
LAST_STEP = "load and publish"

GOALS: dict[str, dict[str, float]] = {
    "golden": {f"{FIRST}: {TIMES_FLOOR}": 8, f"{FIRST}: {WITHOUT_IMPORTS}": 5},
    "postgresql": {f"{FIRST}: {TIMES_FLOOR}": 6},
    "large": {
        f"{FIRST}: {TIMES_FLOOR}": 6,
        f"{FIRST}: peak memory a row": 1,
        f"{LATER}: {LAST_STEP}, times the first's": 0.333,
    },
    "million": {f"{FIRST}: peak memory": 4},
    "visits": {"ten million": 20, "ten million: peak memory": 3},
    "doors": {
        "cin_census": 15, "cin_census: peak memory": 500,
        "annex_a": 30, "annex_a: peak memory": 600,
        "ssda903": 15, "ssda903: peak memory": 600,
        "liquidlogic_database: times its files": 1.5,
    },
    "others": {"ours: times the seconds of dbt snapshot": 2.5},
}  # fmt: skip


def with_goals(subject: str, results: Iterable[Result]) -> list[Result]:
    """The results, each with its goal; one that has its own keeps it. Raises ValueError where a
    goal is of nothing measured."""
    goals, measured = GOALS.get(subject, {}), list(results)
    if nothing := goals.keys() - {result.name for result in measured}:
        raise ValueError(f"goals of {subject} are of nothing measured: {sorted(nothing)}")
    return [replace(result, goal=goals.get(result.name, result.goal)) for result in measured]
