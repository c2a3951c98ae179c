"""Runs the suite of a table, or of the whole extract, with Great Expectations on a pandas frame.

Results never hold a value of a row: only counts, and the positions of the rows that failed.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts.register import BY_NAME
from etl.settings import EXPECTATIONS
from etl.validate.ordinary import ordinary

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

# What a failed expectation does, by the severity in the suite file.
MEANING = {"critical": "stop", "warning": "hold_back", "info": "report"}
_WITHOUT_VALUES = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


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


@cache
def _great_expectations() -> ModuleType:
    """The library, which is imported nowhere else: as it is, it logs some two hundred lines, and
    one of its loggers then takes a level of its own."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx
    from great_expectations.data_context.types import base

    base.logger.setLevel(logging.WARNING)
    return gx


@cache
def _context() -> EphemeralDataContext:
    gx = _great_expectations()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


@cache
def _whole_frame() -> Any:
    """What any table is handed to Great Expectations by: to define it is dearer than a suite."""
    source = _context().data_sources.add_pandas("tables")
    return source.add_dataframe_asset("table").add_batch_definition_whole_dataframe("whole")


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

    parameters: what ``$PARAMETER`` in the file stands for. Which rows failed is asked only of
    the expectations that did not hold: most do, and the bare verdict costs half.
    """
    frame = frame.reset_index(drop=True)
    entries = read_suite(name)["expectations"]
    # A table without rows has nothing to judge; a column that a suite names must still be there.
    asked = {
        position: entry
        for position, entry in enumerate(entries)
        if len(frame) or entry["kwargs"].get("column", frame.columns[0]) not in frame
    }
    verdicts = _validate(name, frame, asked, parameters, "BOOLEAN_ONLY") if asked else {}
    wrong = {
        position: entries[position]
        for position, result in verdicts.items()
        if not (result.success or _is_error(result))
    }
    details = _validate(name, frame, wrong, parameters, _WITHOUT_VALUES) if wrong else {}
    return [
        _check(name, entry, frame, verdicts.get(position), details.get(position))
        for position, entry in enumerate(entries)
    ]


def _validate(
    name: str,
    frame: pd.DataFrame,
    entries: dict[int, dict[str, Any]],
    parameters: dict[str, Any],
    result_format: Any,
) -> dict[int, Any]:
    """Great Expectations' result by position in the suite; its own order is another."""
    gx = _great_expectations()
    numbered = [
        {**entry, "meta": {**entry["meta"], "position": position}}
        for position, entry in entries.items()
    ]
    batch = _whole_frame().get_batch(batch_parameters={"dataframe": frame})
    # Validated as a batch and not as a stored definition: the context keeps nothing of it.
    results = batch.validate(
        gx.ExpectationSuite(name=name, expectations=numbered),
        expectation_parameters=parameters,
        result_format=result_format,
    )
    found = {}
    for result in results.results:
        config: Any = result.expectation_config
        found[config.meta["position"]] = result
    return found


def _is_error(result: Any) -> bool:
    """Whether the expectation could not be run at all."""
    raised = result.exception_info or {}
    # Flat where one metric failed, else keyed by metric.
    return bool(raised.get("raised_exception")) or any(
        isinstance(info, dict) and info.get("raised_exception") for info in raised.values()
    )


def _check(
    table: str, entry: dict[str, Any], frame: pd.DataFrame, verdict: Any, detail: Any
) -> Check:
    column = entry["kwargs"].get("column", entry["kwargs"].get("column_A", ""))
    failed_rows = np.array([], dtype=np.int64)
    if any(result is not None and _is_error(result) for result in (verdict, detail)):
        outcome = "error"
    elif detail is not None:
        outcome = "failed"
        failed_rows = np.array(sorted(detail.result["unexpected_index_list"]), dtype=np.int64)
    elif len(frame) and ("null" in entry["type"] or frame[column].notna().any()):
        outcome = "passed"
    else:
        outcome = "not_applicable"
    return Check(
        table=table,
        reason=entry["meta"]["reason"],
        says=entry["meta"]["says"],
        column=column,
        action=MEANING[entry["severity"]],
        outcome=outcome,
        rows=len(frame),
        failed_rows=failed_rows,
    )
