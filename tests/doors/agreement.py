"""Holds a council that came through a door to the answers that are known for it."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

from nights.agreement import differences, owed, wrong_figures
from nights.loading import Council

GOLDEN_DOORS = Path(__file__).parents[1] / "golden" / "doors"
NIGHT, STATUS_DAY = date(2014, 11, 3), date(2014, 10, 31)
PAIR = ("_in_practice_pct", "_as_recorded_pct")
_DATES = ("started_date", "due_date", "done_date")


def figures(file: Path) -> list[dict[str, Any]]:
    """The expected figures of a JSON file, gzipped or not."""
    return [
        {**line, "month": date.fromisoformat(line["month"]),
         "known_on": date.fromisoformat(line["known_on"])}
        for line in json.loads(_text(file))
    ]  # fmt: skip


def obligations(file: Path) -> list[tuple[Any, ...]]:
    """The expected obligations of a CSV file, gzipped or not, of records that have ids: timescale,
    subject_id, sequence, dates and status."""
    return sorted(
        (
            row["timescale"], row["subject_id"], int(row["sequence"]),
            *(date.fromisoformat(row[name]) if row[name] else None for name in _DATES),
            row["status"],
        )
        for row in csv.DictReader(_text(file).splitlines())
    )  # fmt: skip


def differing_figures(council: Council, expected: list[dict[str, Any]]) -> list[str]:
    """Each figure that is not published as expected, and each that is published and not expected.
    The pairs of timescales are looked at apart."""
    found = council.rows(
        "select distinct measure, month from report.monthly_measure where label = 'latest'"
    )
    known = {(line["measure"], line["month"]) for line in expected}
    months = {line["month"] for line in expected}
    surplus = [
        f"{measure} of {month} is published"
        for measure, month in found
        if month in months and (measure, month) not in known and not measure.endswith(PAIR)
    ]
    return [*wrong_figures(council, expected), *surplus]


def pairs(council: Council) -> set[str]:
    """The timescales whose pairs are published."""
    found = council.rows("select distinct measure from report.monthly_measure")
    return {
        measure.removesuffix(ending)
        for (measure,) in found for ending in PAIR if measure.endswith(ending)
    }  # fmt: skip


def differing_obligations(
    council: Council, expected: list[tuple[Any, ...]], status_day: date = STATUS_DAY
) -> dict[str, list[tuple[Any, ...]]]:
    """The first rows that only one of the two has; empty where they agree row for row."""
    return differences(expected, owed(council, NIGHT, status_day))


def _text(file: Path) -> str:
    raw = file.read_bytes()
    return (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode()
