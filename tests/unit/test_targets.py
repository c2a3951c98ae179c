"""Of which targets and comparators a financial year has none, and what is said of it."""

from __future__ import annotations

from datetime import date

import pytest

from etl.authority import SCOPES
from etl.targets import TARGET, NotSet, financial_year, not_set

APRIL = date(2026, 4, 1)
ALL = ("target", "england", "statistical_neighbours")


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 1), "2025/26"),
        (date(2026, 4, 1), "2026/27"),
        (date(2026, 12, 31), "2026/27"),
        (date(1999, 4, 1), "1999/00"),
        (date(2009, 4, 1), "2009/10"),
    ],
)
def test_a_financial_year_begins_in_april(day: date, year: str) -> None:
    assert financial_year(day) == year


def test_of_a_year_that_has_every_kind_nothing_is_said() -> None:
    assert not_set([(scope, "2026/27") for scope in ALL], APRIL) == ()


def test_a_year_without_targets_is_shown_those_of_the_latest_before_it() -> None:
    entered = [("target", "2024/25"), ("target", "2025/26"), ("target", "2027/28"),
               ("england", "2026/27"), ("statistical_neighbours", "2026/27")]  # fmt: skip
    [found] = not_set(entered, APRIL)
    assert found == NotSet(TARGET, "2026/27", "2025/26")
    assert found.what == (
        "No targets are set for 2026/27: report.comparison shows those of 2025/26."
    )
    assert "[[target]]" in found.next


def test_where_no_year_before_it_has_any_none_are_shown() -> None:
    said = [each.what for each in not_set([("target", "2027/28")], APRIL)]
    assert said == [
        "No targets are set for 2026/27: report.comparison shows none.",
        "No comparators of England are set for 2026/27: report.comparison shows none.",
        "No comparators of statistical neighbours are set for 2026/27: "
        "report.comparison shows none.",
    ]


def test_the_last_month_of_a_year_is_of_that_year() -> None:
    entered = [(scope, "2025/26") for scope in ALL]
    assert not_set(entered, date(2026, 3, 1)) == ()
    assert len(not_set(entered, APRIL)) == 3


def test_a_kind_that_this_release_has_no_words_for_is_passed_over() -> None:
    entered = [(scope, "2026/27") for scope in ALL]
    assert not_set([("the moon", "2025/26"), *entered], APRIL) == ()


def test_every_scope_of_an_authoritys_file_has_its_words() -> None:
    assert {TARGET, *SCOPES} == {each.scope for each in not_set([], APRIL)}
