"""Makes docs/performance.md of docs/performance.json, which ``python -m bench`` keeps."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.goals import FIRST, LATER, TIMES_FLOOR, UNCHANGED, WITHOUT_IMPORTS

DOCS = Path(__file__).parents[2] / "docs"
KEPT, PAGE = DOCS / "performance.json", DOCS / "performance.md"
MADE = "<!-- Made by `make bench` from performance.json. Do not edit. -->\n\n"

# Each subject as a reader calls it, in the page's order.
SUBJECTS = {
    "small": "a small council",
    "golden": "a council of Peterborough's size",
    "postgresql": "the same, in PostgreSQL",
    "large": "a large county",
    "million": "a million children",
    "reports": "the report and the work lists",
    "doors": "doors",
    "visits": "visits",
    "others": "other tools",
    "england": "many authorities",
}
COUNCILS = ("small", "golden", "postgresql", "large", "million")
# Nights of which the steps are shown.
STEPS_OF = (
    ("golden", FIRST), ("golden", UNCHANGED), ("postgresql", FIRST), ("large", FIRST),
    ("large", LATER),
)  # fmt: skip
STEP = ": step "

INTRODUCTION = f"""# What it costs

What a night costs in processor time and memory, beside the least that any tool must spend on the
same files. `make bench` measures it and writes this page; `make bench-large`, `make bench-england`
and `make bench-others` add what takes longer or needs other tools.

**Process seconds** are the seconds that processors worked, not those that passed: the process's
own, from its start to its end, those of processes that it started, and a PostgreSQL server's. Each
figure is the least of the runs that the last table names, each in a new process; what takes long
runs once (`tests/bench/` says where). They depend on the machine; ratios hardly do, since both
sides ran on it within minutes.

**The floor** is the same files read with pyarrow, written as Parquet and copied into the same
engine by its fastest way: no check, no history, nothing derived, no figure.
*{TIMES_FLOOR[0].upper()}{TIMES_FLOOR[1:]}* is whole processes, with what importing libraries takes;
*without imports* leaves that out on both sides.
"""

Every = dict[str, dict[str, Any]]


class Figures:
    """The figures of one subject, by name."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.results = kept["results"]
        self._by_name = {result["name"]: result for result in self.results}

    def show(self, name: str) -> str:
        """The value as a reader reads it; a dash where it was not measured."""
        return number(self._by_name[name]["value"]) if name in self._by_name else "–"

    def steps(self, night: str) -> list[str]:
        """The names of a night's steps, in their order."""
        names = (name.partition(STEP) for name in self._by_name)
        return [step for of, _, step in names if of == night and step]


def number(value: float) -> str:
    """Three digits that count: 0.0312, 3.12, 31.2, 3,120,000; 0 where it is less than 0.001."""
    if value < 0.001:
        return "0"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def page(every: Every) -> str:
    """The page's text, of what is kept by subject."""
    found = {subject: Figures(every[subject]) for subject in SUBJECTS if subject in every}
    parts = [MADE + INTRODUCTION, _nights(found), _goals(found), _steps(found)]
    if "reports" in found:
        parts.append(_reports(found["reports"]))
    if "doors" in found:
        parts.append(_doors(found["doors"]))
    parts += [_plain(*PLAIN[subject], found[subject]) for subject in PLAIN if subject in found]
    return "\n".join([*parts, _measured_on(every)])


# Subjects of which every figure is shown as it is: the heading and what is said below it.
PLAIN = {
    "visits": (
        "Ten million visits",
        "What was owed on 400,000 child protection plans with ten million visits, derived in one "
        "process; making the visits is not counted.",
    ),
    "others": (
        "What else a council could use",
        "The first night of the large county, loaded by what a council would otherwise use, each "
        "as its own documentation says: `dlt` (`scd2`, from Arrow tables, into DuckDB), `dbt "
        "snapshot` (strategy `check`, of all columns, in DuckDB) and `pandas.to_sql` (into "
        "PostgreSQL, of which the server's work counts). They store rows and their versions, and "
        "neither check nor derive nor count; *ours* is the whole night. Versions are those written "
        "on the second golden night; *needless* are those of rows in which nothing changed but "
        "the ids of forms, which the case system gives anew for every extract. Here none is "
        "written: `tests/nights/test_history.py`.",
    ),
    "england": (
        "Many authorities in one warehouse, and ten nights of one",
        "Authorities of 1,000, 2,000 and 5,000 children, one after the other; what a night takes "
        "among many of them is compared with the same night among few.",
    ),
}


def _nights(found: dict[str, Figures]) -> str:
    rows = []
    for subject in (subject for subject in COUNCILS if subject in found):
        of = found[subject]
        rows.append([
            SUBJECTS[subject], of.show("people"), of.show("rows"), of.show(FIRST), of.show(LATER),
            of.show(f"{FIRST}: a row"), of.show(f"{FIRST}: peak memory"),
        ])  # fmt: skip
    about = (
        "*People* are all whom the case system has ever known, with their families. PostgreSQL's "
        "memory is not counted."
    )
    return f"## What a night costs\n\n{about}\n\n" + _table(
        ("council", "people", "rows read", "first night, process seconds",
         "later night, process seconds", "microseconds a row", "peak memory, GiB"),
        rows,
    )  # fmt: skip


def _goals(found: dict[str, Figures]) -> str:
    set_goals = [
        (SUBJECTS[subject], result)
        for subject, of in found.items()
        for result in of.results
        if result["goal"] is not None
    ]
    above = [result for _, result in set_goals if not result["met"]]
    said = (
        f"{len(above)} of {len(set_goals)} are missed."
        if above
        else f"All {len(set_goals)} are met."
    )
    rows = [
        [of, result["name"], f"{number(result['value'])} {result['unit']}",
         number(result["goal"]), "yes" if result["met"] else "**missed**"]
        for of, result in set_goals
    ]  # fmt: skip
    return f"## Goals\n\n{said} A goal is what a figure may be at the most.\n\n" + _table(
        ("of", "figure", "measured", "goal", "met"), rows
    )


def _steps(found: dict[str, Figures]) -> str:
    """Process seconds of the client by step, with each night's multiples of the floor below."""
    nights = [(subject, night) for subject, night in STEPS_OF if subject in found]
    steps = dict.fromkeys(step for of, night in nights for step in found[of].steps(night))
    lines = {
        **{step: f"{STEP}{step}" for step in steps},
        "*whole process*": "", "*of it imports*": ": imports", "*of it the server*": ": the server",
        f"*{TIMES_FLOOR}*": f": {TIMES_FLOOR}", "*without imports*": f": {WITHOUT_IMPORTS}",
    }  # fmt: skip
    rows = [
        [title, *(found[of].show(night + name) for of, night in nights)]
        for title, name in lines.items()
    ]
    floors = ["*the floor*", *(found[of].show("floor") for of, _ in nights)]
    heads = (f"{SUBJECTS[of]}: {night}" for of, night in nights)
    library = found["golden"].show("importing great_expectations") if "golden" in found else "–"
    return (
        "## Where the time goes\n\nProcess seconds of each step. A step's imports are in it; in "
        "none is what starts Python and begins the night, nor a server's work. Importing Great "
        "Expectations alone takes "
        f"{library}.\n\n" + _table(("step", *heads), [*rows, floors])
    )


def _reports(of: Figures) -> str:
    names = [r["name"] for r in of.results if ":" not in r["name"]]
    kinds = ("", ": imports", f": {TIMES_FLOOR}", ": peak memory")
    return (
        "## The report and the work lists\n\nEach by its command, after the second night of the "
        "council of Peterborough's size.\n\n"
        + _table(
            ("made", "process seconds", "of it imports", TIMES_FLOOR, "peak memory, GiB"),
            [[name, *(of.show(name + kind) for kind in kinds)] for name in names],
        )
    )


def _doors(of: Figures) -> str:
    names = [r["name"] for r in of.results if ":" not in r["name"]]
    kinds = (": rows", "", ": a row", ": peak memory", ": times its files")
    return (
        "## Doors\n\nA night landed and conformed through each of the "
        "[sources](sources/README.md): the returns with 20,000 children, Liquidlogic and the "
        "Standard Safeguarding Dataset with the council of Peterborough's size. *Times its files* "
        "is without imports, and with the server's work.\n\n"
        + _table(
            ("kind", "rows conformed", "process seconds", "microseconds a row",
             "peak memory, MiB", "times its files"),
            [[f"`{name}`", *(of.show(name + kind) for kind in kinds)] for name in names],
        )
        + "".join(
            f"\n{result['name']}: {number(result['value'])} {result['unit']}.\n"
            for result in of.results
            if result["name"].endswith("of a table: memory")
        )
    )  # fmt: skip


def _plain(title: str, about: str, of: Figures) -> str:
    rows = [[r["name"], number(r["value"]), r["unit"]] for r in of.results]
    return f"## {title}\n\n{about}\n\n" + _table(("figure", "measured", "unit"), rows)


def _measured_on(every: Every) -> str:
    rows = []
    for title, of in ((SUBJECTS[name], every[name]["of"]) for name in SUBJECTS if name in every):
        versions = _named(of["versions"])
        if "versions of the others" in of:
            versions += f"; the others: {_named(of['versions of the others'])}"
        commit, runs = f"`{of['commit']}`", str(of["runs"])
        rows.append([title, of["date"], commit, runs, of["machine"], versions])
    return "## When and on what\n\n" + _table(
        ("measured", "on", "of commit", "runs", "machine", "versions"), rows
    )


def _named(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write_page() -> None:
    """Write the page anew."""
    PAGE.write_text(page(json.loads(KEPT.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write_page())
