"""Writes docs/reference/, docs/extract.md and the questions of docs/analysts.md from the contracts,
mappings, measures, views, queries and suites, so that they cannot drift.

``python -m etl.reference_docs`` writes; with ``--check`` it only says whether a page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table

from etl.authority import Limits
from etl.contracts.register import CONFORMED
from etl.derive.register import RULES
from etl.extract_page import extract_page
from etl.model_page import PAGE, PICTURE, model_page, model_picture
from etl.publish.measures import measures
from etl.questions_page import analysts_page
from etl.settings import PROJECT
from etl.validate.suites import MEANING, read_suite
from etl.views_page import views_page
from etl.warehouse.schema import every_table

FOLDER = PROJECT / "docs"
MADE = "<!-- Made by `make docs`. Do not edit. -->\n\n"
ACTIONS = {"stop": "stop the night", "hold_back": "hold the row back", "report": "report"}
UNITS = {
    "count": "count",
    "percent": "%",
    "per_10000": "per 10,000 children aged 0 to 17",
    "per_worker": "children per worker",
}


def pages() -> dict[str, str]:
    """Every page's text by its path in docs/."""
    return {
        "reference/tables.md": tables_page(),
        "reference/report.md": views_page(MADE),
        "reference/measures.md": measures_page(),
        "reference/checks.md": checks_page(),
        PAGE: model_page(MADE),
        PICTURE: model_picture(),
        "extract.md": extract_page(MADE),
        "analysts.md": analysts_page(FOLDER / "analysts.md"),
    }


def tables_page() -> str:
    """The data dictionary: every table with its columns."""
    parts = [
        MADE,
        "# Tables\n\n",
        "`report` also holds a view of the current rows of each table of `warehouse`, named "
        "without `dim_` or `fact_`: [report.md](report.md).\n",
    ]
    for table in every_table().sorted_tables:
        key = ", ".join(f"`{column.name}`" for column in _key_of(table))
        parts.append(f"\n## {table.schema}.{table.name}\n\n{table.comment} Key: {key}.\n\n")
        parts.append("| column | type | meaning |\n|---|---|---|\n")
        for column in table.columns:
            kind = str(column.type).lower()
            parts.append(f"| `{column.name}` | {kind} | {column.comment or ''} |\n")
    return "".join(parts)


def _key_of(table: Table) -> Sequence[Column[Any]]:
    """What is unique in it: its primary key, else by an index of a server's."""
    unique = [index for index in table.indexes if index.unique]
    return list(table.primary_key) or [column for index in unique for column in index.columns]


def measures_page() -> str:
    """Every measure as its file's head defines it."""
    titles = {rule.timescale: rule.title for rule in RULES}
    parts = [
        MADE,
        "# Measures\n\nOne file each in `sql/measures/`; `report.measure` says the same.\n\n",
        "| measure | title | definition | unit | better |\n|---|---|---|---|---|\n",
    ]
    parts += [
        f"| `{one.measure}` | {one.title} | {one.definition} | {UNITS[one.unit]} | {one.better} |\n"
        for one in measures(titles)
    ]
    return "".join(parts)


def checks_page() -> str:
    """Every expectation, by table."""
    parts = [
        MADE,
        "# Checks\n\nRun on every load: the ordinary ones of each table are made from its "
        "contract, the others stand in `expectations/`. "
        "`audit.expectation_result` keeps what came of each.\n\nTolerated is what may fail before "
        "the night stops, by the limit of that name in the authority's file ([limits]); in "
        "brackets, what holds where the file has none. What is only reported stops nothing, and "
        "every row of it is counted.\n",
    ]
    for name in ("extract", "columns", *(table.name for table in CONFORMED)):
        suite = read_suite(name)
        parts.append(f"\n## {name.replace('_', ' ').capitalize()}\n\n{suite['meta']['about']}\n\n")
        parts.append("| what should hold | why | if not | tolerated | what to do | reason code |\n")
        parts.append("|---|---|---|---|---|---|\n")
        for entry in suite["expectations"]:
            action = ACTIONS[MEANING[entry["severity"]]]
            said = entry["meta"]
            parts.append(
                f"| {said['says']} | {said['why']} | {action} | {_tolerated(entry)} "
                f"| {said['do']} | `{said['reason']}` |\n"
            )
    return "".join(parts)


def _tolerated(entry: dict[str, Any]) -> str:
    """By which limit of an authority, and its default."""
    action = MEANING[entry["severity"]]
    asked = [value["$PARAMETER"] for value in entry["kwargs"].values() if isinstance(value, dict)]
    limits = {each.name: each.default for each in fields(Limits)}
    named = [name for name in asked if name in limits]
    if action == "hold_back":
        named = ["rows_held_back_percent"]
    if not named:
        return "none" if action == "stop" else "all"
    return f"{named[0]} ({limits[named[0]]:g})"


def main(folder: Path = FOLDER) -> int:
    """Write the pages, or with ``--check`` return 1 where one is stale."""
    stale = [
        name
        for name, text in pages().items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        if stale:
            sys.stderr.write(f"Stale in docs/: {', '.join(stale)}. Run `make docs`.\n")
        return 1 if stale else 0
    for name, text in pages().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
