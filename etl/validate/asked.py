"""Asks Great Expectations which rows of a frame do not meet its expectations.

Nothing here knows what a check is for. Answers hold no value of a row, only positions.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.garbage import stays
from etl.put_off import put_off

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

# An expectation as a suite file has it.
Entry = dict[str, Any]
_COLUMN = ("column",)
_PAIR = ("column_A", "column_B", "ignore_row_if")
_BOUNDS = ("min_value", "max_value")
# The expectations that hold where no row is unexpected, and what each may be given: where it looks,
# and what it looks for. See decision 0029.
_BY_ROW: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "expect_column_values_to_not_be_null": (_COLUMN, ()),
    "expect_column_values_to_be_null": (_COLUMN, ()),
    "expect_column_values_to_be_unique": (_COLUMN, ()),
    "expect_column_values_to_be_in_set": (_COLUMN, ("value_set",)),
    "expect_column_values_to_be_between": (_COLUMN, (*_BOUNDS, "strict_min", "strict_max")),
    "expect_column_pair_values_a_to_be_greater_than_b": (_PAIR, ("or_equal",)),
}
# Where either may be missing there is a third answer, which is no answer.
_BOTH_THERE = "either_value_is_missing"
_IN_FULL = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "return_unexpected_index_query": False,
}


# What the library imports for distributions and charts of its own: half of what importing it takes.
_OF_NO_SUITE = ("scipy.stats", "altair")


@dataclass(frozen=True)
class Answer:
    """What came of one expectation. outcome: passed, failed or error (it could not be run).
    failed_rows: positions in the frame, ascending; none where it is the column or the table as a
    whole that failed."""

    outcome: str
    failed_rows: npt.NDArray[np.int64]


_NO_ROWS = np.array([], dtype=np.int64)
HOLDS = Answer("passed", _NO_ROWS)
_ERROR = Answer("error", _NO_ROWS)


@cache
def _great_expectations() -> ModuleType:
    """The library, which is imported nowhere else: as it is, it logs some two hundred lines, and
    one of its loggers then takes a level of its own."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    return stays(_imported)


def _imported() -> ModuleType:
    with put_off(*_OF_NO_SUITE):
        import great_expectations as gx
        from great_expectations.data_context.types import base
    base.logger.setLevel(logging.WARNING)
    return gx


def be_ready() -> None:
    """Import the library while no table is in memory yet: what is there by then stays."""
    _great_expectations()


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


def ask(
    frame: pd.DataFrame, entries: dict[int, Entry], parameters: dict[str, Any]
) -> dict[int, Answer]:
    """The answer to each expectation, by the number that it came with.

    frame: its index counts the rows from 0. parameters: what ``$PARAMETER`` stands for. Raises what
    Great Expectations raises of an expectation that is written wrongly.
    """
    in_full = {number: entry for number, entry in entries.items() if not _is_by_row(entry)}
    answers = _in_full(frame, in_full, parameters) if in_full else {}
    for number, entry in entries.items():
        if number not in in_full:
            answers[number] = _by_row(frame, entry, parameters)
    return answers


def _is_by_row(entry: Entry) -> bool:
    """Whether it is one of those that hold where no row is unexpected, and asks nothing more, such
    as that only most rows meet it."""
    if entry["type"] not in _BY_ROW:
        return False
    where, what = _BY_ROW[entry["type"]]
    given = entry["kwargs"]
    is_pair = where is _PAIR
    return given.keys() <= {*where, *what} and (
        not is_pair or given.get("ignore_row_if") == _BOTH_THERE
    )


def _by_row(frame: pd.DataFrame, entry: Entry, parameters: dict[str, Any]) -> Answer:
    """Its answer by its condition alone: the metric that every result of it is counted from.

    To validate a batch costs eight milliseconds an expectation before a row is looked at, most of
    it copies of configurations, and copies the frame for each; this costs one, and one column.
    ``ExpectationConfiguration``, ``MetricConfiguration``, ``ValidationGraph`` and the engine's
    ``batch_data_dict`` are what a batch is validated with, documented but for the graph; a test
    compares what they say with what the batch says.
    """
    _great_expectations()
    from great_expectations.exceptions import MetricResolutionError
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validation_graph import ValidationGraph

    configuration = ExpectationConfiguration(**entry)
    configuration.process_suite_parameters(parameters)
    expectation: Any = configuration.to_domain_obj()
    where, what = ({name: getattr(expectation, name) for name in names}
                   for names in _BY_ROW[entry["type"]])  # fmt: skip
    columns = [name for key, name in where.items() if key.startswith("column")]
    rows = pd.DataFrame({name: frame[name] for name in columns if name in frame}, copy=False)
    rows, what = _without_dates(rows, what)
    engine = PandasExecutionEngine(batch_data_dict={"rows": rows}, caching=False)
    condition = MetricConfiguration(
        f"{expectation.map_metric}.condition", {"batch_id": "rows", **where}, what
    )
    graph = ValidationGraph(engine)
    graph.build_metric_dependency_graph(condition)
    try:
        found, _ = graph.resolve({"catch_exceptions": False}, show_progress_bars=False)
    except MetricResolutionError:
        # It tells of values, and is said to nobody; the night stops and names the expectation.
        return _ERROR
    is_unexpected = found[condition.id][0]
    failed = is_unexpected.index[is_unexpected.to_numpy(dtype=bool)].to_numpy(dtype=np.int64)
    return Answer("failed", failed) if len(failed) else HOLDS


def _without_dates(rows: pd.DataFrame, what: dict[str, Any]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The rows that have a date, and its bounds, as whole numbers of microseconds; as they are,
    where it is no date that is compared with dates.

    Great Expectations compares numbers as columns, and dates, other than those of nanoseconds, one
    by one in Python.
    """
    bounds = {name: what[name] for name in _BOUNDS if what.get(name) is not None}
    units = {np.dtype(f"datetime64[{unit}]") for unit in ("s", "ms", "us")}
    has_dates = all(isinstance(day, datetime) and day.tzinfo is None for day in bounds.values())
    if not (bounds and has_dates and units.issuperset(rows.dtypes)):
        return rows, what
    numbers = rows.dropna().astype("datetime64[us]").astype("int64")
    return numbers, what | {
        name: int(np.datetime64(day, "us").astype(np.int64)) for name, day in bounds.items()
    }


def _in_full(
    frame: pd.DataFrame, entries: dict[int, Entry], parameters: dict[str, Any]
) -> dict[int, Answer]:
    """The answers of whatever else Great Expectations has, as it gives them."""
    gx = _great_expectations()
    # The number goes along: its own order is another.
    numbered = [
        {**entry, "meta": {**entry["meta"], "number": number}} for number, entry in entries.items()
    ]
    batch = _whole_frame().get_batch(batch_parameters={"dataframe": frame})
    # Validated as a batch and not as a stored definition: the context keeps nothing of it.
    results = batch.validate(
        gx.ExpectationSuite(name="asked", expectations=numbered),
        expectation_parameters=parameters,
        result_format=_IN_FULL,
    ).results
    found = {result.expectation_config.meta["number"]: _answer(result) for result in results}
    # One that it does not know it leaves out.
    return {number: found.get(number, _ERROR) for number in entries}


def _answer(result: Any) -> Answer:
    raised = result.exception_info or {}
    # Flat where one metric failed, else keyed by metric.
    if raised.get("raised_exception") or any(
        isinstance(info, dict) and info.get("raised_exception") for info in raised.values()
    ):
        return _ERROR
    if result.success:
        return HOLDS
    failed = sorted(result.result.get("unexpected_index_list") or [])
    return Answer("failed", np.array(failed, dtype=np.int64))
