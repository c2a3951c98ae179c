"""Compares a warehouse file with expected figures and obligations."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from nights.loading import records, rows

# "Status on a day D" of the page on the warehouse: dates after D count as absent.
OWED_ON = """
select timescale, subject_id, sequence, started_date, due_date, done_date,
    case
        when done_date <= $2 then case when done_date <= due_date then 'in_time' else 'late' end
        when closed_date <= $2
            then case when closed_date <= due_date then 'ended_before_due' else 'not_done' end
        when $2 <= due_date then 'not_due'
        else 'overdue'
    end as status
from warehouse.fact_timescale_obligation
where known_from <= $1 and $1 < known_to and started_date <= $2
"""


def owed(file: Path, known_on: date, day: date) -> list[tuple[Any, ...]]:
    """The obligations as known on one day, with the status of another."""
    return sorted(rows(file, OWED_ON, known_on, day))


def wrong_figures(file: Path, figures: list[dict[str, Any]]) -> list[str]:
    """Each expected figure that ``report.monthly_measure`` does not hold, and what it holds."""
    published = {
        (row["month"], row["measure"]): row
        for row in records(file, "select * from report.monthly_measure where label = 'latest'")
    }
    wrong = []
    for line in figures:
        found = published.get((line["month"], line["measure"]))
        if found is None or not _agree(line, found):
            wrong.append(f"{line} but published is {found}")
    return wrong


def _agree(line: dict[str, Any], found: dict[str, Any]) -> bool:
    counts = ("numerator", "denominator", "known_on")
    if any(line[name] != found[name] for name in counts):
        return False
    if line["value"] is None or found["value"] is None:
        return line["value"] is found["value"]
    return bool(abs(line["value"] - found["value"]) < 1e-6)


def differences(
    expected: list[tuple[Any, ...]], found: list[tuple[Any, ...]]
) -> dict[str, list[tuple[Any, ...]]]:
    """The first rows that only one of the two has; empty where they agree row for row."""
    lacking, surplus = sorted_except(expected, found), sorted_except(found, expected)
    either = {"only expected": lacking[:5], "only found": surplus[:5]}
    if not lacking and not surplus and len(expected) != len(found):
        either["repeated"] = [row for row in found if found.count(row) > 1][:5]
    return {said: rows for said, rows in either.items() if rows}


def sorted_except(
    some: list[tuple[Any, ...]], others: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Those of some that are not among the others."""
    return sorted(set(some) - set(others), key=repr)
