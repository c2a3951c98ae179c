"""The usual range of a monthly figure: what the twelve months before lead one to expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from etl.report.record import (
    AT_END,
    COUNT,
    MISSING,
    MONTH,
    NOT_COMPARABLE,
    PER_10000,
    PERCENT,
    TWELVE_MONTHS,
    WITHHELD,
    YEAR_TO_DATE,
    Point,
    Series,
    Step,
)
from etl.report.usual_range import is_outside, usual_range
from report.records import months, series

# The real months from October 2013 to September 2014, and M.
GOLDEN = {
    "early_help_opened": ([40, *[76, 77] * 5, 75, 79], "48 to 99"),
    "contacts": ([725, *[905] * 10, 910, 870], "801 to 979"),
    "referrals": ([229, *[214] * 9, 213, 254, 201], "175 to 262"),
    "assessments_completed": ([*[200] * 6, *[234] * 5, 231, 251], "173 to 260"),
    "assessments_late": ([*[20] * 6, 26, 25, 25, 24, 24, 23, 39], "9 to 36"),
    "section_47_completed": ([49, *[60] * 5, *[75] * 4, 84, 80, 76], "44 to 92"),
    "plans_started": ([11, 29, 28, 28, 28, 29, 28, 28, 28, 29, 41, 30, 37], "13 to 43"),
    "contacts_to_referral_pct": (
        [(229, 725), *[(214, 905)] * 9, (213, 905), (254, 910), (201, 870)], "20.4 to 29.0",
    ),
    "previous_month_referrals_assessed_pct": (
        [(24, 220), (53, 229), (30, 214), (18, 214), (39, 214), (38, 214), (50, 214), (52, 214),
         (72, 214), (92, 214), (112, 214), (59, 213), (248, 254)], "1.4 to 48.1",
    ),
    # The median of the twelve denominators is 215.5, between 200 and 231.
    "assessments_in_time_pct": (
        [*[(180, 200)] * 6, (208, 234), (209, 234), *[(210, 234)] * 3, (208, 231), (212, 251)],
        "83.6 to 96.0",
    ),
}  # fmt: skip


def ranged(measure: str, figures: Sequence[Any], step: Step | None = None) -> Series:
    one = series(measure, figures)
    return replace(one, usual=usual_range(one.unit, one.span, one.points, step))


def said(one: Series) -> str | None:
    return f"{one.usual.low} to {one.usual.high}" if one.usual else None


@pytest.mark.parametrize("measure", GOLDEN)
def test_real_months_lead_one_to_expect_what_they_did(measure: str) -> None:
    figures, expected = GOLDEN[measure]
    assert said(ranged(measure, figures)) == expected


def test_of_the_real_figures_of_october_2014_two_are_outside() -> None:
    outside = {name: is_outside(ranged(name, figures)) for name, (figures, _) in GOLDEN.items()}
    assert {name for name, side in outside.items() if side == 1} == {
        "assessments_late", "previous_month_referrals_assessed_pct",
    }  # fmt: skip
    assert -1 not in outside.values()


def test_a_figure_below_its_range_is_outside_and_one_on_its_limit_is_not() -> None:
    assert is_outside(ranged("contacts", [100] * 12 + [69])) == -1
    assert is_outside(ranged("contacts", [100] * 12 + [70])) == 0
    assert is_outside(ranged("contacts", [100] * 12 + [130])) == 0
    assert is_outside(ranged("contacts", [100] * 12 + [131])) == 1


def test_a_share_is_outside_only_where_a_reader_sees_it_to_be() -> None:
    """29.04 is printed 29.0, and so is its limit."""
    one = ranged("contacts_to_referral_pct", [*GOLDEN["contacts_to_referral_pct"][0][:12], (9, 20)])
    at = replace(one, points=(*one.points[:-1], Point(one.now.month, 2904, 10_000)))
    over = replace(one, points=(*one.points[:-1], Point(one.now.month, 2906, 10_000)))
    assert (is_outside(at), is_outside(over)) == (0, 1)


def test_the_baseline_is_the_twelve_months_before_and_nothing_else() -> None:
    twelve = [50] * 12
    first = ranged("contacts", [*twelve, 50])
    assert said(first) == said(ranged("contacts", [900, 1, *twelve, 5000])) == "29 to 71"
    assert first.usual and first.usual.first == date(2013, 10, 1)


def test_eleven_months_before_are_not_enough() -> None:
    assert ranged("contacts", [50] * 12).usual is None


@pytest.mark.parametrize("back", [1, 2, 13])
@pytest.mark.parametrize(
    "change",
    [
        {"state": NOT_COMPARABLE, "numerator": None},
        {"state": MISSING, "numerator": None},
        {"state": WITHHELD, "numerator": None},
        {"awaiting": 1},
    ],
)
def test_there_is_none_while_a_month_has_no_figure_that_will_stay(
    back: int, change: dict[str, Any]
) -> None:
    points = list(series("contacts", [50] * 13).points)
    points[-back] = replace(points[-back], **change)
    assert usual_range(COUNT, MONTH, points) is None


def test_a_month_before_the_baseline_need_not_have_a_figure() -> None:
    assert said(ranged("contacts", [None, *[50] * 13])) == "29 to 71"


@pytest.mark.parametrize("span", [TWELVE_MONTHS, YEAR_TO_DATE, AT_END])
@pytest.mark.parametrize("unit", [COUNT, PERCENT])
def test_what_shares_its_children_with_the_month_before_has_none(unit: str, span: str) -> None:
    points = [Point(month, 50, 100) for month in months(13)]
    assert usual_range(unit, MONTH, points) is not None
    assert usual_range(unit, span, points) is None


def test_a_rate_has_none() -> None:
    points = [Point(month, 50, 45_000) for month in months(13)]
    assert usual_range(PER_10000, MONTH, points) is None


def test_counts_need_a_mean_of_ten() -> None:
    assert ranged("contacts", [9, *[10] * 12]).usual is None
    assert said(ranged("contacts", [10] * 13)) == "1 to 19"


def test_shares_need_thirty_children_and_five_expected_on_either_side() -> None:
    measure = "contacts_to_referral_pct"
    assert ranged(measure, [(10, 29)] * 13).usual is None
    assert ranged(measure, [(10, 30)] * 13).usual is not None
    assert ranged(measure, [(4, 40)] * 13).usual is None
    assert ranged(measure, [(36, 40)] * 13).usual is None
    assert ranged(measure, [(5, 40)] * 13).usual is not None
    assert ranged(measure, [(35, 40)] * 13).usual is not None


@pytest.mark.parametrize("back", [1, 5])
def test_a_share_of_few_is_no_percentage_to_test_or_to_test_by(back: int) -> None:
    figures = [(50, 100)] * 13
    figures[-back] = (3, 9)
    assert ranged("contacts_to_referral_pct", figures).usual is None


def test_a_month_without_a_denominator_has_no_share_to_test_by() -> None:
    assert ranged("contacts_to_referral_pct", [(0, 0), *[(50, 100)] * 12]).usual is None


def test_counts_are_cut_at_zero_and_rounded_inwards() -> None:
    # 12.083 and twice 25 apart: far below 0.
    assert said(ranged("contacts", [0, 25] * 6 + [10])) == "0 to 79"
    # 50 ± 21.213: from 28.787 and to 71.213.
    assert said(ranged("contacts", [50] * 13)) == "29 to 71"


def test_shares_are_cut_at_zero_and_a_hundred() -> None:
    assert said(ranged("contacts_to_referral_pct", [(35, 40)] * 13)) == "71.8 to 100.0"
    assert said(ranged("contacts_to_referral_pct", [(5, 40)] * 13)) == "0.0 to 28.2"


def test_limits_that_are_whole_numbers_are_themselves_inside() -> None:
    """The root of 25 is 5: no floating point's last digit moves 10 or 40 in or out."""
    assert said(ranged("contacts", [25] * 13)) == "10 to 40"
    assert said(ranged("contacts", [10**12] * 13)) == "999997000000 to 1000003000000"


def test_half_a_tenth_is_rounded_up() -> None:
    # p = 0.5 of 400: 3 standard deviations are 7.5; of 1,600: 3.75.
    assert said(ranged("contacts_to_referral_pct", [(200, 400)] * 13)) == "42.5 to 57.5"
    assert said(ranged("contacts_to_referral_pct", [(800, 1600)] * 13)) == "46.3 to 53.8"
    # Of 30: 27.386, and 22.614 is no half.
    assert said(ranged("contacts_to_referral_pct", [(15, 30)] * 13)) == "22.6 to 77.4"


def test_a_known_step_begins_the_baseline_anew() -> None:
    figures = [600] * 11 + [900] * 13
    step = Step(date(2013, 10, 1), "Counted otherwise")
    assert said(ranged("contacts", figures, step)) == said(ranged("contacts", [900] * 13))


@pytest.mark.parametrize("month", [date(2013, 11, 1), date(2014, 5, 1), date(2014, 10, 1)])
def test_nothing_is_tested_until_twelve_months_after_a_step(month: date) -> None:
    assert ranged("contacts", [50] * 25, Step(month, "Counted otherwise")).usual is None


def test_a_step_after_the_month_changes_nothing() -> None:
    step = Step(date(2014, 11, 1), "Will be counted otherwise")
    assert said(ranged("contacts", [50] * 13, step)) == "29 to 71"


def test_a_figure_without_a_range_or_that_is_not_final_is_not_outside() -> None:
    above = ranged("contacts", [50] * 12 + [500])
    assert is_outside(replace(above, usual=None)) == 0
    assert is_outside(replace(above, points=(*above.points[:-1], Point(above.now.month)))) == 0
    awaiting = replace(above.now, awaiting=2)
    assert is_outside(replace(above, points=(*above.points[:-1], awaiting))) == 0


def test_chance_alone_is_called_outside_less_than_once_in_two_hundred_months() -> None:
    """Of what only chance moves, about three months in a thousand; the moving range alone would
    call several times as many."""
    tosses = np.random.default_rng(2014)
    when, nothing = months(13), series("contacts", [0])
    tried = outside = 0
    for mean in (12, 40, 300):
        for drawn in tosses.poisson(mean, (600, 13)).tolist():
            points = tuple(Point(month, count) for month, count in zip(when, drawn, strict=True))
            usual = usual_range(COUNT, MONTH, points)
            tried += usual is not None
            outside += is_outside(replace(nothing, points=points, usual=usual)) != 0
    assert tried > 1700
    assert 0 < outside / tried < Decimal("0.005")
