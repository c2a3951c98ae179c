"""How a row finds the row that it names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.contracts.frames import as_one, row_of, taken


def text(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


def test_a_row_finds_the_first_of_the_rows_that_it_names() -> None:
    keys = text("b", None, "a", "a")
    assert row_of(text("a", "b", "c", None), keys).tolist() == [2, 0, -1, -1]


def test_few_rows_find_among_many_what_they_name_as_many_do() -> None:
    keys = text("b", None, "a", "a", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m")
    assert row_of(text("a", "m", "z", None, "a"), keys).tolist() == [2, 14, -1, -1, 2]
    assert row_of(text(None), keys).tolist() == [-1]
    assert row_of(text(), keys).tolist() == []
    parts = pd.concat([text("b"), text("a")], ignore_index=True)
    assert row_of(parts, keys).tolist() == [0, 2]


def test_columns_read_in_parts_and_columns_without_a_value_are_looked_up_too() -> None:
    parts = pd.concat([text("a"), text("b")], ignore_index=True)
    assert row_of(parts, pd.Index(["b"], dtype="str")).tolist() == [-1, 0]
    assert row_of(text("b"), parts).tolist() == [1]
    nothing = pd.Series([None, None], dtype=object)
    assert row_of(nothing, nothing).tolist() == [-1, -1]
    assert row_of(text(), text()).tolist() == []


def test_several_ids_are_one_text_and_none_where_one_is_lacking() -> None:
    parts = pd.concat([text("1", None), text("3")], ignore_index=True)
    ids = pd.DataFrame({"child": parts, "meeting": text("7", "8", None)}).set_axis([5, 6, 9])
    found = as_one(ids, "-")
    assert found.index.tolist() == [5, 6, 9]
    assert found.fillna("none").tolist() == ["1-7", "none", "none"]
    assert as_one(ids[["child"]], "-").tolist()[::2] == ["1", "3"]


def test_what_is_not_found_is_null_and_what_is_keeps_its_type() -> None:
    rows = np.array([1, -1, 0], dtype=np.int32)
    index = pd.Index([7, 8, 9])
    days = pd.Series(np.array(["2026-03-03", "2026-03-04"], dtype="datetime64[s]"))
    flags = pd.Series([True, False], dtype="boolean")
    expected = pd.Series(
        np.array(["2026-03-04", "NaT", "2026-03-03"], dtype="datetime64[s]"), index=index
    )
    pd.testing.assert_series_equal(taken(days, rows, index), expected)
    pd.testing.assert_series_equal(
        taken(flags, rows, index), pd.Series([False, None, True], dtype="boolean", index=index)
    )
    pd.testing.assert_series_equal(
        taken(text("x", "y"), rows, index), pd.Series(["y", None, "x"], dtype="str", index=index)
    )
    none = np.array([-1], dtype=np.int32)
    assert taken(days[:0], none, pd.Index([0])).isna().all()
