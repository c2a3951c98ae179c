"""Runs the suite of a table, or of the whole extract, with Great Expectations on a pandas frame.

Results never hold a value of a row: only counts, and the positions of the rows that failed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts.register import BY_NAME
from etl.settings import EXPECTATIONS
from etl.validate.asked import HOLDS, Answer, ask
from etl.validate.ordinary import ordinary

# What a failed expectation does, by the severity in the suite file.
MEANING = {"critical": "stop", "warning": "hold_back", "info": "report"}


@dataclass(frozen=True)
class Check:
    """The result of one expectation on one table.

    action: stop, hold_back or report. outcome: passed, failed, not_applicable (no row has a value
    to judge) or error. failed_rows: positions in the frame.
    """

    table: str
    reason: str
    says: str
    column: str
    action: str
    outcome: str
    rows: int
    failed_rows: npt.NDArray[np.int64]


def read_suite(name: str, folder: Path = EXPECTATIONS) -> dict[str, Any]:
    """What is judged of a table, or of the ``extract`` as a whole: the ordinary checks that its
    contract makes, then those of ``expectations/<name>.json``, where it has a file."""
    path = folder / f"{name}.json"
    suite: dict[str, Any] = {"name": name, "expectations": []}
    if path.exists():
        suite = json.loads(path.read_text(encoding="utf-8"))
    if name in BY_NAME:
        table = BY_NAME[name]
        about = f"{table.grain[0].upper()}{table.grain[1:]}."
        suite |= {
            "meta": {"about": about},
            "expectations": [*ordinary(table), *suite["expectations"]],
        }
    return suite


def run_suite(name: str, frame: pd.DataFrame, parameters: dict[str, Any]) -> list[Check]:
    """Every expectation of the suite on the frame, in the order of the suite file.

    parameters: what ``$PARAMETER`` in the file stands for.
    """
    frame = frame.reset_index(drop=True)
    entries = read_suite(name)["expectations"]
    # Of a table without rows only the table itself can be judged, such as that it has some; a
    # column that a suite names must still be there.
    asked = {
        position: entry
        for position, entry in enumerate(entries)
        if len(frame)
        or _is_of_the_table(entry)
        or entry["kwargs"].get("column", frame.columns[0]) not in frame
    }
    answers = ask(frame, asked, parameters)
    return [
        _check(name, entry, frame, answers.get(position, HOLDS))
        for position, entry in enumerate(entries)
    ]


def _is_of_the_table(entry: dict[str, Any]) -> bool:
    """Whether it is about the table as a whole, and no row's values."""
    return str(entry["type"]).startswith("expect_table_")


def _check(table: str, entry: dict[str, Any], frame: pd.DataFrame, answer: Answer) -> Check:
    column = entry["kwargs"].get("column", entry["kwargs"].get("column_A", ""))
    outcome = answer.outcome
    if outcome == "passed" and not _has_something_to_judge(entry, frame, column):
        outcome = "not_applicable"
    return Check(
        table=table,
        reason=entry["meta"]["reason"],
        says=entry["meta"]["says"],
        column=column,
        action=MEANING[entry["severity"]],
        outcome=outcome,
        rows=len(frame),
        failed_rows=answer.failed_rows,
    )


def _has_something_to_judge(entry: dict[str, Any], frame: pd.DataFrame, column: str) -> bool:
    """Whether a row has a value; of what is said of nulls, or of no one column, any row will do. A
    table is there to be judged whether it has rows or not."""
    if _is_of_the_table(entry):
        return True
    if not len(frame) or "null" in entry["type"] or not column:
        return len(frame) > 0
    return bool(frame[column].notna().any())
