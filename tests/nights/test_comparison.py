"""Figures beside their targets, comparators and earlier months: what is not known stays empty."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from nights.conftest import TwoNights
from nights.loading import Council, Engine, records

pytestmark = [pytest.mark.slow, pytest.mark.analysts]

OCTOBER = date(2014, 10, 1)


def compared(council: Council, measure: str, month: date = OCTOBER) -> dict[str, Any]:
    [found] = [
        row
        for row in records(council.url, "select * from report.comparison")
        if (row["measure"], row["month"]) == (measure, month)
    ]
    return found


@pytest.mark.parametrize(
    ("measure", "since"),
    [
        ("referral_rate_12m", date(2013, 10, 1)),
        ("re_referrals_pct", date(2013, 11, 1)),
        ("plan_start_rate_12m", date(2013, 11, 1)),
        ("plans_open", date(2013, 12, 1)),
        ("looked_after", date(2013, 10, 1)),
        ("looked_after_started", date(2013, 11, 1)),
        ("looked_after_ceased", date(2013, 11, 1)),
        ("looked_after_ceased_rate_12m", date(2014, 10, 1)),
        ("in_need_over_9_months", date(2014, 8, 1)),
        ("placements_3_or_more_pct", date(2014, 10, 1)),
        ("reviews_in_time_pct", date(2013, 3, 1)),
        ("child_in_need_visit_in_practice_pct", None),
    ],
)
def test_each_measure_says_since_when_it_may_be_compared(
    two_nights: TwoNights, measure: str, since: date | None
) -> None:
    rows = two_nights.first.rows(
        "select comparable_from from report.measure_history where measure = :measure",
        measure=measure,
    )
    # What an authority lacks the tables for has no figures.
    assert (rows or [(None,)]) == [(since,)]


def test_what_the_extract_no_longer_holds_is_unknown_and_not_none(two_nights: TwoNights) -> None:
    ceased = compared(two_nights.first, "looked_after_ceased")
    assert (ceased["value"], ceased["previous_month"], ceased["same_month_last_year"]) == (
        7, 12, None,
    )  # fmt: skip
    before = compared(two_nights.first, "looked_after_ceased", date(2013, 10, 1))
    assert (before["numerator"], before["is_comparable"]) == (0, 0)
    looked_after = compared(two_nights.first, "looked_after")
    assert looked_after["same_month_last_year"] == 370


def test_a_figure_carries_how_many_of_it_await_their_record(two_nights: TwoNights) -> None:
    first, second = (
        compared(two_nights.after(night), "reviews_in_time_pct")["awaiting_record"]
        for night in (0, 1)
    )
    assert (first, second) == (18, 0)
    pair = compared(two_nights.first, "child_protection_review_in_practice_pct")
    assert (pair["numerator"], pair["denominator"], pair["awaiting_record"]) == (46, 64, 18)


def test_target_and_comparators_stay_with_their_year_beside_them(two_nights: TwoNights) -> None:
    found = compared(two_nights.first, "plan_start_rate_12m")
    assert (found["target"], found["target_year"]) == (Decimal("53.4"), "2014/15")
    assert (found["england"], found["england_year"]) == (Decimal("46.2"), "2014/15")
    assert found["distance_points"] is None
    earlier = compared(two_nights.first, "plan_start_rate_12m", date(2014, 3, 1))
    assert (earlier["target"], earlier["england"], earlier["england_year"]) == (None, None, None)


def test_the_first_april_takes_no_target_away(
    engine: Engine, two_nights: TwoNights, tmp_path: Any
) -> None:
    authority = tmp_path / "peterborough.toml"
    said = two_nights.expected.authority.read_text(encoding="utf-8").replace("2014/15", "2013/14")
    said += "\n[publication]\nhistory_from = 2013-02-01\nmonths = 25\n"
    authority.write_text(said, encoding="utf-8")
    council = engine.council(tmp_path / "council", authority)
    ran = council.load(two_nights.expected.extracts[0])
    assert ran.exit_code == 0, ran.err
    found = compared(council, "plan_start_rate_12m")
    assert (found["target"], found["target_year"]) == (Decimal("53.4"), "2013/14")
    assert (found["england"], found["england_year"]) == (Decimal("46.2"), "2013/14")
    # The authority says itself since when its extract is whole, and how much is published.
    assert compared(council, "looked_after_ceased")["same_month_last_year"] == 0
    assert council.rows("select count(distinct month) from report.monthly_measure") == [(25,)]
