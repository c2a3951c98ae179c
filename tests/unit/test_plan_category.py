"""A plan's category at a month's end is the one known when the month could first be reported."""

from __future__ import annotations

import pandas as pd
import pytest

from unit.owing import past_categories

EVER = "9999-12-31"
TONIGHT = "PHY"


def categories(
    *month_ends: str, extracts: tuple[str, ...] = (), versions: tuple[tuple[str, ...], ...] = ()
) -> list[str]:
    """Of plan 1 at each month's end, tonight's being TONIGHT."""
    asked = pd.DataFrame(
        {
            "plan_id": pd.Series(["1"] * len(month_ends), dtype="str"),
            "month_end": pd.Series(month_ends, dtype="datetime64[s]"),
            "latest_category": pd.Series([TONIGHT] * len(month_ends), dtype="str"),
        }
    )
    return past_categories(*extracts, versions=versions).at_month_ends(asked).tolist()


CHANGED_IN_MAY = (("1", "NEG", "2014-05-02"), ("1", "EMO", EVER))


def test_on_the_first_night_every_month_has_the_category_of_that_night() -> None:
    assert categories("2014-01-31", "2014-02-28") == [TONIGHT, TONIGHT]


def test_a_month_keeps_the_category_of_the_first_extract_after_it() -> None:
    found = categories(
        "2014-02-28", "2014-03-31", "2014-04-30", "2014-05-31",
        extracts=("2014-04-01", "2014-05-02", "2014-06-01"), versions=CHANGED_IN_MAY,
    )  # fmt: skip
    assert found == ["NEG", "NEG", "EMO", "EMO"]


def test_a_month_that_could_not_be_reported_before_tonight_has_the_category_of_tonight() -> None:
    found = categories("2014-05-31", extracts=("2014-05-02", "2014-05-31"), versions=CHANGED_IN_MAY)
    assert found == [TONIGHT]


def test_an_extract_of_the_months_last_day_does_not_report_the_month() -> None:
    found = categories("2014-04-30", extracts=("2014-04-30", "2014-05-02"), versions=CHANGED_IN_MAY)
    assert found == ["EMO"]


def test_the_order_in_which_extracts_and_versions_are_told_does_not_matter() -> None:
    found = categories(
        "2014-05-31", "2014-03-31",
        extracts=("2014-06-01", "2014-04-01", "2014-05-02"), versions=CHANGED_IN_MAY[::-1],
    )  # fmt: skip
    assert found == ["EMO", "NEG"]


def test_a_plan_that_was_recorded_late_has_the_category_it_came_with() -> None:
    later = (("1", "SAB", EVER), ("2", "NEG", EVER))
    assert categories("2014-03-31", extracts=("2014-04-01", "2014-05-02"), versions=later) == [
        "SAB"
    ]
    assert categories("2014-03-31", extracts=("2014-04-01",), versions=later[1:]) == [TONIGHT]


@pytest.mark.parametrize("unknown", [None, "Neglect and more"], ids=["empty", "in no list"])
def test_a_category_that_was_not_known_then_is_the_first_that_was(unknown: str | None) -> None:
    versions = (("1", unknown, "2014-04-03"), ("1", "NEG", "2014-05-02"), ("1", "EMO", EVER))
    assert categories("2014-03-31", extracts=("2014-04-01",), versions=versions) == ["NEG"]
    assert categories("2014-03-31", extracts=("2014-04-01",), versions=versions[:1]) == [TONIGHT]


def test_while_a_plan_was_gone_from_the_extract_the_month_has_what_it_returned_with() -> None:
    gone = (("1", "NEG", "2014-04-01"), ("1", "EMO", "2014-06-01"), ("1", "SAB", EVER))
    extracts = ("2014-03-01", "2014-04-01", "2014-05-01")
    assert categories("2014-02-28", "2014-03-31", extracts=extracts, versions=gone) == [
        "NEG",
        "EMO",
    ]
