"""What Great Expectations is asked of whole columns it answers as where it validates a batch."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from unit.builders import a_run, conform_night, read

from etl.contracts.register import CONFORMED
from etl.demo.extract import write_extract
from etl.errors import NightStopped
from etl.night.relied_on import relied_on
from etl.settings import PROJECT
from etl.validate import asked, suites
from etl.validate.asked import Answer, Entry
from etl.validate.validate import validate

GOLDEN = PROJECT / "tests" / "golden"
WESTMERE = PROJECT / "etl" / "demo" / "westmere.toml"
EITHER = "either_value_is_missing"


def plainly(answers: dict[int, Answer]) -> dict[int, tuple[str, list[int]]]:
    """Outcome and positions, by number."""
    return {at: (each.outcome, each.failed_rows.tolist()) for at, each in answers.items()}


def a_night(folder: Path, name: str) -> tuple[Path, Path, date]:
    """Extract, the authority's file and extract date of golden data, or of spoilt ones."""
    if name == "golden":
        extract = folder / "2014-11-03.zip"
        shutil.copy(GOLDEN / extract.name, extract)
        return extract, GOLDEN / "peterborough.toml", date(2014, 11, 3)
    night = date(2026, 3, 3)
    extract = write_extract(folder, children=1000, extract_date=night, faults_per_thousand=40)
    return extract, WESTMERE, night


@pytest.mark.parametrize("name", ["golden", "spoilt"])
def test_a_night_is_judged_as_great_expectations_judges_its_batches(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract, authority, night = a_night(tmp_path, name)
    whole = asked.ask
    found: list[tuple[str, list[int]]] = []

    def both_ways(
        frame: pd.DataFrame, entries: dict[int, Entry], parameters: dict[str, Any]
    ) -> dict[int, Answer]:
        before = frame.copy()
        answers = whole(frame, entries, parameters)
        pd.testing.assert_frame_equal(frame, before)
        if entries:
            assert plainly(answers) == plainly(asked._in_full(frame, entries, parameters))
        found.extend(plainly(answers).values())
        return answers

    monkeypatch.setattr(suites, "ask", both_ways)
    run = a_run(extract, authority, la_code=read(authority).la_code, night=night)
    conform_night(run)
    try:
        validate(run, read(authority), relied_on())
    except NightStopped as stopped:
        assert name == "spoilt", stopped
    outcomes = [outcome for outcome, _ in found]
    assert outcomes.count("passed") > 100
    assert outcomes.count("failed") >= {"golden": 3, "spoilt": 60}[name]


ROWS = pd.DataFrame(
    {
        "id": pd.Series(["a", None, "b", "a", None], dtype="str"),
        "day": pd.Series(
            np.array(
                ["2014-11-03", "NaT", "2014-11-02T23:59:59", "1650-01-01", "2014-11-03T00:00:01"],
                dtype="datetime64[s]",
            )
        ),
        "later": pd.Series(
            np.array(
                ["2014-11-03", "2014-11-03", "NaT", "1649-12-31", "9999-12-31"],
                dtype="datetime64[s]",
            )
        ),
        "number": pd.array([1, None, 3, 2, -1], dtype="Int64"),
        "share": [0.5, float("nan"), 1.0, 100.0, 0.0],
        "is_so": pd.array([True, None, False, True, None], dtype="boolean"),
        "no_text": pd.Series([None] * 5, dtype="str"),
        "no_day": pd.Series(np.array(["NaT"] * 5, dtype="datetime64[s]")),
        "no_flag": pd.array([None] * 5, dtype="boolean"),
    }
)
PARAMETERS = {"night": "2014-11-03T00:00:00", "most": 2}
THE_NIGHT = "2014-11-03T00:00:00"
NULL, NOT_NULL = "expect_column_values_to_be_null", "expect_column_values_to_not_be_null"
IN_SET, UNIQUE = "expect_column_values_to_be_in_set", "expect_column_values_to_be_unique"
BETWEEN = "expect_column_values_to_be_between"
AFTER = "expect_column_pair_values_a_to_be_greater_than_b"

# Each: the expectation, what it is given, and what must come of it on the rows above.
CASES: list[tuple[str, dict[str, Any], str, list[int]]] = [
    (NOT_NULL, {"column": "id"}, "failed", [1, 4]),
    (NOT_NULL, {"column": "share"}, "failed", [1]),
    (NOT_NULL, {"column": "no_day"}, "failed", [0, 1, 2, 3, 4]),
    (NULL, {"column": "no_text"}, "passed", []),
    (NULL, {"column": "is_so"}, "failed", [0, 2, 3]),
    (UNIQUE, {"column": "id"}, "failed", [0, 3]),
    (UNIQUE, {"column": "no_text"}, "passed", []),
    (IN_SET, {"column": "id", "value_set": ["a", "b"]}, "passed", []),
    (IN_SET, {"column": "id", "value_set": ["b"]}, "failed", [0, 3]),
    (IN_SET, {"column": "id", "value_set": []}, "failed", [0, 2, 3]),
    (IN_SET, {"column": "is_so", "value_set": [True]}, "failed", [2]),
    (IN_SET, {"column": "no_flag", "value_set": [True]}, "passed", []),
    (BETWEEN, {"column": "day", "max_value": THE_NIGHT}, "failed", [4]),
    (BETWEEN, {"column": "day", "max_value": {"$PARAMETER": "night"}}, "failed", [4]),
    (BETWEEN, {"column": "day", "max_value": THE_NIGHT, "strict_max": True}, "failed", [0, 4]),
    (BETWEEN, {"column": "day", "min_value": THE_NIGHT}, "failed", [2, 3]),
    (BETWEEN, {"column": "day", "min_value": THE_NIGHT, "strict_min": True}, "failed", [0, 2, 3]),
    (BETWEEN, {"column": "day", "min_value": "2014-11-03T00:00:00.5"}, "failed", [0, 2, 3]),
    (BETWEEN, {"column": "day", "min_value": THE_NIGHT, "max_value": THE_NIGHT}, "failed",
     [2, 3, 4]),
    (BETWEEN, {"column": "later", "max_value": THE_NIGHT}, "failed", [4]),
    (BETWEEN, {"column": "no_day", "max_value": THE_NIGHT}, "passed", []),
    (BETWEEN, {"column": "number", "max_value": {"$PARAMETER": "most"}}, "failed", [2]),
    (BETWEEN, {"column": "share", "min_value": 0, "max_value": 1}, "failed", [3]),
    (BETWEEN, {"column": "is_so", "max_value": 0}, "failed", [0, 3]),
    (AFTER, {"column_A": "later", "column_B": "day", "or_equal": True, "ignore_row_if": EITHER},
     "failed", [3]),
    (AFTER, {"column_A": "later", "column_B": "day", "ignore_row_if": EITHER}, "failed", [0, 3]),
    (AFTER, {"column_A": "no_day", "column_B": "day", "ignore_row_if": EITHER}, "passed", []),
    # What cannot be run.
    (NOT_NULL, {"column": "nowhere"}, "error", []),
    (AFTER, {"column_A": "day", "column_B": "nowhere", "ignore_row_if": EITHER}, "error", []),
    (BETWEEN, {"column": "day", "max_value": 5}, "error", []),
    (BETWEEN, {"column": "day", "max_value": "2014-11-03T00:00:00Z"}, "error", []),
    (BETWEEN, {"column": "day", "max_value": "2014-11-03"}, "error", []),
    (BETWEEN, {"column": "id", "max_value": 5}, "error", []),
    (BETWEEN, {"column": "number", "min_value": 2, "max_value": 1}, "error", []),
]  # fmt: skip
BELOW_3 = {
    "type": "comparison", "column": {"name": "number"}, "operator": "<", "parameter": 3,
}  # fmt: skip
# What is answered by more than each row alone.
OTHERS: list[tuple[str, dict[str, Any], str, list[int]]] = [
    (NOT_NULL, {"column": "id", "mostly": 0.6}, "passed", []),
    (NOT_NULL, {"column": "id", "mostly": 0.7}, "failed", [1, 4]),
    (BETWEEN, {"column": "number", "max_value": 2, "row_condition": BELOW_3}, "passed", []),
    (AFTER, {"column_A": "later", "column_B": "day", "ignore_row_if": "neither"}, "failed",
     [0, 1, 2, 3]),
    (AFTER, {"column_A": "later", "column_B": "day"}, "failed", [0, 1, 2, 3]),
    ("expect_column_values_to_match_regex", {"column": "id", "regex": "b"}, "failed", [0, 3]),
    ("expect_column_value_lengths_to_equal", {"column": "id", "value": 1}, "passed", []),
    ("expect_select_column_values_to_be_unique_within_record",
     {"column_list": ["day", "later"], "ignore_row_if": "any_value_is_missing"}, "failed", [0]),
    ("expect_table_row_count_to_equal", {"value": 4}, "failed", []),
    ("expect_table_row_count_to_equal", {"value": 5}, "passed", []),
    ("expect_column_max_to_be_between", {"column": "number", "max_value": 2}, "failed", []),
    ("expect_that_is_nowhere", {"column": "id"}, "error", []),
]  # fmt: skip


def entries(cases: list[tuple[str, dict[str, Any], str, list[int]]]) -> dict[int, Entry]:
    """As a suite file has them, by number."""
    meta = {"reason": "odd", "says": "It is not odd."}
    return {
        number: {"type": kind, "kwargs": given, "severity": "info", "meta": meta}
        for number, (kind, given, *_) in enumerate(cases)
    }


def expected(
    cases: list[tuple[str, dict[str, Any], str, list[int]]],
) -> dict[int, tuple[str, list[int]]]:
    return {number: (outcome, rows) for number, (*_, outcome, rows) in enumerate(cases)}


def test_what_holds_where_no_row_is_unexpected_is_answered_as_a_batch_answers_it() -> None:
    assert all(asked._is_by_row(entry) for entry in entries(CASES).values())
    answers = plainly(asked.ask(ROWS, entries(CASES), PARAMETERS))
    assert answers == expected(CASES)
    assert answers == plainly(asked._in_full(ROWS, entries(CASES), PARAMETERS))


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_dates_are_compared_to_the_last_digit_of_their_unit(unit: str) -> None:
    days = np.array(["2014-11-03", "2014-11-03T00:00:00.001", "NaT"], dtype=f"datetime64[{unit}]")
    frame = pd.DataFrame({"day": days})
    case = [(BETWEEN, {"column": "day", "max_value": THE_NIGHT}, "failed", [1])]
    assert plainly(asked.ask(frame, entries(case), {})) == expected(case)


def test_whatever_else_great_expectations_has_can_stand_in_a_suite() -> None:
    assert not any(asked._is_by_row(entry) for entry in entries(OTHERS).values())
    together = [*OTHERS, *CASES]
    assert plainly(asked.ask(ROWS, entries(together), PARAMETERS)) == expected(together)


def test_every_expectation_of_our_suites_is_asked_of_whole_columns() -> None:
    names = [table.name for table in CONFORMED] + ["extract", "columns"]
    written = [each for name in names for each in suites.read_suite(name)["expectations"]]
    assert len(written) > 300
    assert all(asked._is_by_row(entry) for entry in written)


def test_what_cannot_be_run_tells_no_value(caplog: pytest.LogCaptureFixture) -> None:
    marked = pd.DataFrame({"id": pd.Series(["PII-VALUE"], dtype="str")})
    cases = [(BETWEEN, {"column": "id", "max_value": 5}, "error", [])]
    with caplog.at_level("DEBUG"):
        assert plainly(asked.ask(marked, entries(cases), {})) == expected(cases)
    assert "PII-VALUE" not in caplog.text
