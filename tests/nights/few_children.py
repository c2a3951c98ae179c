"""A night of the demo council cut down to its richest children: every table has rows of theirs, and
a load costs little more than its fixed cost."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

from etl.demo.extract import write_extract
from nights import editing
from nights.editing import Row

FORMS = ("FACT_FORM_ID", "FACT_OUTCM_FORM_ID")
# Tables that tell a child of whom much is owed, and one that any child has.
RICH = (
    "FACT_CLA", "FACT_CLA_REVIEW", "FACT_LEGAL_STATUS", "FACT_CP_PLAN", "FACT_CP_REVIEW",
    "FACT_CP_CONFERENCE", "FACT_S47", "FACT_SINGLE_ASSESSMENT", "FACT_CARE_PLAN_SUMMARY",
)  # fmt: skip


def few_children(folder: Path, night: date, *, children: int = 40) -> Path:
    """The folder of the night, without a faulty row and without a manifest."""
    drawn = write_extract(
        folder / "drawn", children=1000, extract_date=night, faults_per_thousand=0
    )
    extract = editing.copy_as(drawn, folder / "few", night.isoformat())
    shutil.rmtree(folder / "drawn")
    chosen = _richest(extract, children)
    tables = {path.stem: editing.read(extract, path.stem) for path in extract.glob("*.csv")}
    kept = {
        name: [row for row in rows if row.get("DIM_PERSON_ID", chosen[0]) in chosen]
        for name, rows in tables.items()
    }
    _only_named(kept, "FACT_FORM_ANSWERS", "FACT_FORM_ID", FORMS)
    _only_named(kept, "FACT_MEETINGS", "FACT_MEETING_ID", ("FACT_MEETING_ID",))
    for name, rows in kept.items():
        editing.change(extract, name, lambda _, rows=rows: rows)
    return extract


def _richest(extract: Path, children: int) -> list[str]:
    """The children with a record in most of the tables, those of short breaks before all."""
    counts: Counter[str] = Counter()
    for table in RICH:
        for child in {row["DIM_PERSON_ID"] for row in editing.read(extract, table)}:
            counts[child] += 1
    for row in editing.read(extract, "FACT_LEGAL_STATUS"):
        if row["DIM_LOOKUP_LGL_STATUS_DESC"].startswith(("V3", "V4")):
            counts[row["DIM_PERSON_ID"]] += len(RICH)
    return [child for child, _ in counts.most_common(children)]


def _only_named(tables: dict[str, list[Row]], table: str, column: str, by: tuple[str, ...]) -> None:
    """Leave in a looked-up table the rows that rows of another table name."""
    named = {
        row[name] for other, rows in tables.items() if other != table
        for row in rows for name in by if name in row
    }  # fmt: skip
    tables[table] = [row for row in tables[table] if row[column] in named]
