"""Runs a suite file of ``expectations/`` with Great Expectations on a pandas frame.

Results never hold a value of a row: only counts, and the positions of the rows that failed.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.settings import EXPECTATIONS

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
def _context() -> EphemeralDataContext:
    # Great Expectations logs some two hundred lines as it is imported.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def read_suite(name: str, folder: Path = EXPECTATIONS) -> dict[str, Any]:
    """The suite file ``expectations/<name>.json``."""
    suite: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return suite


def run_suite(name: str, frame: pd.DataFrame, parameters: dict[str, Any]) -> list[Check]:
    """Every expectation of the suite on the frame, in the order of the suite file.

    parameters: what ``$PARAMETER`` in the file stands for.
    """
    import great_expectations as gx

    context, content = _context(), read_suite(name)
    numbered = [
        {**entry, "meta": {**entry["meta"], "position": position}}
        for position, entry in enumerate(content["expectations"])
    ]
    source = context.data_sources.add_or_update_pandas(name)
    whole_frame = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
    batch = whole_frame.get_batch(batch_parameters={"dataframe": frame.reset_index(drop=True)})
    # Validated as a batch and not as a stored definition: the context keeps nothing of it.
    results = batch.validate(
        gx.ExpectationSuite(name=name, expectations=numbered),
        expectation_parameters=parameters,
        result_format=_WITHOUT_VALUES,
    )
    checks = {}
    for result in results.results:
        config: Any = result.expectation_config
        position = config.meta["position"]
        checks[position] = _check(name, content["expectations"][position], result)
    return [checks[position] for position in sorted(checks)]


def _check(table: str, entry: dict[str, Any], result: Any) -> Check:
    raised = result.exception_info or {}
    # Flat where one metric failed, else keyed by metric.
    is_error = bool(raised.get("raised_exception")) or any(
        isinstance(info, dict) and info.get("raised_exception") for info in raised.values()
    )
    found = result.result or {}
    judged = found.get("element_count", 0) - (found.get("missing_count") or 0)
    if is_error:
        outcome = "error"
    elif result.success:
        counts_nulls = "null" in entry["type"]
        outcome = "passed" if judged or (counts_nulls and len(found)) else "not_applicable"
    else:
        outcome = "failed"
    kwargs = entry["kwargs"]
    return Check(
        table=table,
        reason=entry["meta"]["reason"],
        says=entry["meta"]["says"],
        column=kwargs.get("column", kwargs.get("column_A", "")),
        action=MEANING[entry["severity"]],
        outcome=outcome,
        rows=found.get("element_count", 0),
        failed_rows=np.array(sorted(found.get("unexpected_index_list") or []), dtype=np.int64),
    )
