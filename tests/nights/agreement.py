"""Compares a warehouse with expected figures and obligations."""

from __future__ import annotations

from datetime import date
from typing import Any

from etl.settings import QUERIES
from nights.loading import Council, records

STATUS_QUERY = (QUERIES / "timescale_status.sql").read_text(encoding="utf-8")
# The query leaves out what is done after the day; the expected files name every date.
OWED_ON = f"""
with asked as ({STATUS_QUERY})
select asked.timescale, asked.subject_id, asked.sequence, asked.started_date, asked.due_date,
    obligation.done_date, asked.status
from asked
join warehouse.fact_timescale_obligation as obligation
    on obligation.la_code = asked.la_code
    and obligation.timescale = asked.timescale
    and obligation.subject_id = asked.subject_id
    and obligation.sequence = asked.sequence
    and obligation.known_from <= :known_on and :known_on < obligation.known_to
"""


def owed(council: Council, known_on: date, day: date) -> list[tuple[Any, ...]]:
    """The obligations as known on one day, with the status of another."""
    return sorted(council.rows(OWED_ON, known_on=known_on, on=day))


def wrong_figures(council: Council, figures: list[dict[str, Any]]) -> list[str]:
    """Each expected figure that ``report.monthly_measure`` does not hold, and what it holds."""
    published = {
        (row["month"], row["measure"]): row
        for row in records(
            council.url, "select * from report.monthly_measure where label = 'latest'"
        )
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
    return abs(line["value"] - float(found["value"])) < 1e-6


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
