"""Since which month a measure may be compared: worked dates for each kind of what is counted."""

from __future__ import annotations

from datetime import date

import pytest

from etl.publish.comparable import History, Reach, comparable_from, history_of
from etl.publish.measures import measure_files

KNOWN_ON = date(2014, 11, 3)
WINDOW = date(2011, 10, 1)
STARTS = "child_protection_plan.started_date to ended_date"


def since(
    said: str, first: str | None, ended: str | None = None, whole_from: str | None = None
) -> str | None:
    """The month, as ``2014-10``."""
    found = comparable_from(
        history_of(said),
        Reach(*(day and date.fromisoformat(day) for day in (first, ended))),
        first_month=WINDOW,
        known_on=KNOWN_ON,
        whole_from=date.fromisoformat(whole_from) if whole_from else None,
    )
    return f"{found.since:%Y-%m}" if found else None


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("2012-11-01", "2012-11"),
        ("2012-11-07", "2012-11"),  # the last day of a month's first week
        ("2012-11-08", "2012-12"),
        ("2012-12-08", "2013-01"),
        (None, None),  # nothing is known of any month
    ],
)
def test_events_from_the_month_whose_first_week_has_one(first, expected):
    assert since("events of contact.received_date", first) == expected


@pytest.mark.parametrize(
    ("first", "ended", "expected"),
    [
        ("2012-12-04", "2013-03-08", "2012-12"),
        ("2012-03-08", "2013-03-08", "2012-04"),  # a year earlier to the day is not more
        ("2012-03-07", "2013-03-08", "2013-03"),
        # Still open ones from long ago: those that began beside them and ended are missing.
        ("2009-09-27", "2013-11-01", "2013-11"),
        ("2009-09-27", "2013-11-30", "2013-11"),
        ("2009-09-27", None, "2014-11"),  # nothing that ended is there at all
        ("2014-01-09", None, "2014-02"),
    ],
)
def test_starts_of_what_ends_not_before_the_first_end_where_that_is_late(first, ended, expected):
    assert since(f"starts of {STARTS}", first, ended) == expected


@pytest.mark.parametrize(
    ("first", "ended", "expected"),
    [
        ("2009-09-27", "2013-11-01", "2013-11"),
        ("2009-09-27", "2013-11-09", "2013-12"),
        ("2012-11-01", "2012-11-02", "2013-05"),  # six months after the first, if that is published
        ("2011-09-30", "2012-11-02", "2012-11"),
        ("2012-11-01", None, None),
    ],
)
def test_ends_from_the_first_and_once_the_first_to_start_had_time_to_end(first, ended, expected):
    assert since(f"ends of {STARTS}", first, ended) == expected


@pytest.mark.parametrize(
    ("first", "ended", "expected"),
    [
        ("2009-09-27", "2013-11-01", "2013-10"),  # open on the day before: all of October's are
        ("2009-09-27", "2013-11-02", "2013-11"),
        ("2012-12-04", "2013-03-08", "2013-12"),  # twelve months after the first, if published
        ("2009-09-27", None, "2014-10"),
    ],
)
def test_what_is_open_from_the_month_of_the_day_before_the_first_end(first, ended, expected):
    assert since(f"stock of {STARTS}", first, ended) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("events of referral.received_date, over 12 months", "2013-10"),
        ("events of referral.received_date, year to date", "2013-04"),
        ("events of referral.received_date, after 1 month", "2012-12"),
        ("events of referral.received_date, after 12 months", "2013-11"),
        ("events of referral.received_date, after 21 months", "2014-08"),
        ("events of referral.received_date, after 24 months", "2014-11"),
    ],
)
def test_what_looks_back_needs_that_much_history(said, expected):
    assert since(said, "2012-11-01") == expected


def test_a_year_to_date_from_the_first_april_on_or_after():
    said = "events of referral.received_date, year to date"
    assert since(said, "2013-04-07") == "2013-04"
    assert since(said, "2013-04-08") == "2014-04"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"starts of {STARTS}", "2013-02"),
        (f"ends of {STARTS}", "2013-02"),
        (f"stock of {STARTS}", "2013-01"),
        (f"starts of {STARTS}, over 12 months", "2014-01"),
        ("due", "2013-02"),
    ],
)
def test_what_an_authority_says_of_its_extract_counts(said, expected):
    assert since(said, "2009-09-27", "2013-11-01", whole_from="2013-02-01") == expected
    assert since(said, None, whole_from="2013-02-01") == expected


@pytest.mark.parametrize(
    "said",
    ["", "events of nothing.received_date", "events of contact.ended_date",
     "stock of contact.received_date", "starts of contact.received_date to closed_date",
     f"ends of {STARTS}, unless is_tempory", f"ends of {STARTS}, over 13 months"],
)  # fmt: skip
def test_a_history_that_cannot_be_is_refused(said):
    with pytest.raises(ValueError, match=r"history|names no column|does not name"):
        history_of(said)


def test_every_measure_says_how_far_back_it_may_be_compared():
    found = {one.measure: one.history for one in measure_files()}
    assert found["looked_after_ceased_rate_12m"] == History(
        "ends", "looked_after_period", "started_date", "ended_date", "over 12 months", 0,
        "is_short_break",
    )  # fmt: skip
    assert found["reviews_in_time_pct"].kind == "due"
