"""From which month on a measure is published of a source that holds events only from a day on."""

from __future__ import annotations

from datetime import date

import pytest

from etl.derive.register import TIMESCALES
from etl.publish.coverage import Coverage, LooksBack, looks_back_of
from etl.publish.measures import measure_files, measures

PER_MEASURE = {measure.measure: measure for measure in measure_files()}


def published_from(said: str | None, covered_from: str) -> str:
    """The month, as ``2014-10``."""
    first = looks_back_of(said).first_month(date.fromisoformat(covered_from))
    assert first.day == 1
    return f"{first:%Y-%m}"


@pytest.mark.parametrize(
    ("said", "covered_from", "first"),
    [
        (None, "2013-04-01", "2013-04"),
        (None, "2013-04-02", "2013-05"),
        (None, "2014-05-03", "2014-06"),
        (None, "2013-12-31", "2014-01"),
        ("1 month", "2013-04-01", "2013-05"),
        ("1 month", "2013-12-02", "2014-02"),
        ("6 months", "2013-04-01", "2013-10"),
        ("11 months", "2013-04-01", "2014-03"),
        ("11 months", "2013-02-15", "2014-02"),
        ("12 months", "2013-04-01", "2014-04"),
        ("17 months", "2013-04-01", "2014-09"),
        ("24 months", "2013-04-01", "2015-04"),
        ("1 April", "2013-04-01", "2013-04"),
        ("1 April", "2013-04-02", "2014-04"),
        ("1 April", "2014-01-15", "2014-04"),
        ("1 April", "2013-03-02", "2013-04"),
    ],
)
def test_the_first_month_is_that_of_which_nothing_lies_before_the_first_day(
    said: str | None, covered_from: str, first: str
):
    assert published_from(said, covered_from) == first


@pytest.mark.parametrize("said", ["a while", "-3 months", "1 May", "", "12"])
def test_a_head_that_says_nothing_known_is_refused(said: str):
    with pytest.raises(ValueError, match="nothing is looked back on"):
        looks_back_of(said)


@pytest.mark.parametrize(
    ("measure", "looks_back"),
    [
        ("referrals", LooksBack()),
        ("plans_open", LooksBack()),
        ("plans_repeat_pct", LooksBack()),
        ("referral_rate_12m", LooksBack(11)),
        ("previous_month_referrals_assessed_pct", LooksBack(1)),
        ("re_referrals_pct", LooksBack(12)),
        ("reviews_in_time_pct", LooksBack(6)),
        ("plans_reviewed_in_time_pct", LooksBack(17)),
        ("plans_repeat_within_2_years_pct", LooksBack(24)),
        ("assessments_in_time_pct_ytd", LooksBack(since_april=True)),
    ],
)
def test_the_files_say_how_far_each_measure_looks_back(measure: str, looks_back: LooksBack):
    assert PER_MEASURE[measure].looks_back == looks_back


@pytest.mark.parametrize("measure", PER_MEASURE.values(), ids=PER_MEASURE)
def test_a_head_says_the_same_in_its_history_and_in_what_it_looks_back_on(measure):
    history, looks_back = measure.history, measure.looks_back
    if history.over == "over 12 months":
        assert looks_back == LooksBack(11)
    elif history.over == "year to date":
        assert looks_back.since_april
    else:
        assert not looks_back.since_april
        assert (
            looks_back.months == 0
            or history.kind in ("due", "stock")
            or (looks_back.months == history.after)
        )


def test_a_source_that_says_nothing_holds_all_there_was():
    every = Coverage(None, None, frozenset(), frozenset({"single_assessment"}))
    assert every.is_all
    assert every.tells("contacts", None)
    assert not every.tells("single_assessment_in_practice_pct", "single_assessment")
    assert every.first_month(LooksBack(24)) == date.min


def test_pairs_follow_their_timescale_and_are_in_no_list_of_measures():
    said = Coverage(None, frozenset({"referrals"}), frozenset({"child_in_need_visit"}), frozenset())
    told = {one.measure for one in measures(dict.fromkeys(TIMESCALES, ""))
            if said.tells(one.measure, one.timescale)}  # fmt: skip
    pairs = {f"{timescale}_{ending}" for timescale in TIMESCALES
             for ending in ("in_practice_pct", "as_recorded_pct")
             if timescale != "child_in_need_visit"}  # fmt: skip
    assert told == {"referrals"} | pairs
    assert not said.is_all
