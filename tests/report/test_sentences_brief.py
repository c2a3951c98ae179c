"""What stands first: the tiles, and the report in at most eight sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from etl.report.record import (
    WITHHELD,
    Band,
    Breakdown,
    Point,
    Restated,
    Reviews,
    Series,
    UsualRange,
)
from etl.report.sentences import brief, plain, tiles
from report.peterborough import RULES, october
from report.records import OCTOBER, reference, report, series

NOT_TESTED = (
    "No monthly figure has enough history and large enough numbers to be tested against a usual "
    "range."
)


def test_october_is_told_in_brief() -> None:
    assert [(item.text, item.sections) for item in brief(october())] == [
        ("**2 figures are not final.** 18 of 64 child protection reviews due in October have no "
         "held date in the system yet. Reviews in time are recorded as 71.9% (46 of 64) and can be "
         "anything from that to 100.0%.", ("reviews",)),
        ("**Furthest from target: plans started**, 80.7 per 10,000 over 12 months, 51.1% above "
         "target; England 46.2, neighbours 54.3.", ("plans-started",)),
        ("Other measures with a target: **early help** 38.1% above; **children on a plan** 30.4% "
         "above; **children ceasing to be looked after** 17.0% below; **referrals** 4.2% below.",
         ("early-help", "plans", "ceased", "referrals")),
        ("**39 assessments in 26 families** went over 35 working days; 18 of them by 11 working "
         "days or more.", ("assessment-timescales",)),
        ("**20 children on a plan** were past due for a visit on 31 October; 26 a month before.",
         ("visits",)),
        ("**383 children looked after**, 4 more than at the end of September (379) and 13 more "
         "than at the end of October 2013 (370); 85.1 per 10,000, above England (60.0) and our "
         "statistical neighbours (79.0).", ("looked-after",)),
        ("**Outside their usual range:** referrals of the previous month that were assessed "
         "(97.6%, 248 of 254; usual 1.4% to 48.1%); single assessments completed late (39; usual 9 "
         "to 36). 13 monthly figures have enough history and large enough numbers to be tested.",
         ("about",)),
    ]  # fmt: skip


def told(*of: Series, **more: Any) -> list[str]:
    """The brief of these measures, without marks and without what is said of usual ranges."""
    texts = [plain(item.text) for item in brief(report(*of, **more))]
    return [text for text in texts if "usual range" not in text]


def test_nothing_is_said_that_is_not_true() -> None:
    none_late = [series("assessments_late", [0]), series("visits_in_time_pct", [(290, 290)])]
    assert [item.text for item in brief(report(*none_late))] == [NOT_TESTED]


# Against targets.


def rate(measure: str, number: int, target: str) -> Series:
    """Per 10,000 of 45,000 children: the rate is the number over 4.5."""
    return series(measure, [number], target=reference(target))


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ([rate("early_help_rate_12m", 45, "9.0")],
         ["Furthest from target: early help, 10.0 per 10,000 over 12 months, 11.1% above target."]),
        ([rate("early_help_rate_12m", 45, "9.5")],
         ["Measure with a target: early help 5.3% above."]),
        ([rate("early_help_rate_12m", 45, "10.0")],
         ["Measure with a target: early help on target."]),
        ([rate("early_help_rate_12m", 45, "9.5"), rate("plans_open_rate", 45, "10.5")],
         ["Measures with a target: early help 5.3% above; children on a plan 4.8% below."]),
        ([rate("early_help_rate_12m", 45, "9.5"), rate("plans_open_rate", 45, "20.0")],
         ["Furthest from target: children on a plan, 10.0 per 10,000, 50.0% below target.",
          "Other measure with a target: early help 5.3% above."]),
        ([series("section_47_to_conference_pct_ytd", [(250, 540)], target=reference("60.0"))],
         ["Furthest from target: enquiries that led to an initial conference in the year to date, "
          "46.3% (250 of 540), 13.7 percentage points below target."]),
        ([series("early_help_rate_12m", [45])], []),
    ],
)  # fmt: skip
def test_the_furthest_from_target_stands_first_where_it_is_far(
    every: list[Series], expected: list[str]
) -> None:
    assert told(*every) == expected


def test_a_rate_with_a_target_of_nothing_stands_last_without_a_distance() -> None:
    far = [series("early_help_rate_12m", [40], target=reference("0")),
           series("referral_rate_12m", [40], target=reference("8.0")),
           series("plans_open_rate", [40], target=reference("8.5"))]  # fmt: skip
    first, second = (plain(item.text) for item in brief(report(*far))[:2])
    assert first.startswith("Furthest from target: referrals, 8.9 per 10,000")
    assert (
        second == "Other measures with a target: children on a plan 4.6% above; early help above."
    )


def test_a_comparator_of_another_year_stands_with_its_year() -> None:
    far = replace(rate("plans_open_rate", 45, "5.0"), england=reference("46.2", "2012/13"))
    assert told(far)[0].endswith("100.0% above target; England 46.2 in 2012/13.")


# Late, past due, looked after.


@pytest.mark.parametrize(
    ("late", "families", "bands", "expected"),
    [
        (39, 26, (7, 14, 18), "39 assessments in 26 families went over 35 working days; 18 of them "
         "by 11 working days or more."),
        (21, 9, (7, 14, 0), "21 assessments in 9 families went over 35 working days; 14 of them by "
         "6 to 10 working days."),
        (1, 1, (1, 0, 0), "1 assessment in 1 family went over 35 working days by 1 to 5 working "
         "days."),
        (7, None, (7, 0, 0), "7 assessments went over 35 working days; all by 1 to 5 working "
         "days."),
    ],
)  # fmt: skip
def test_late_assessments_are_told_with_the_longest_band_that_holds_any(
    late: int, families: int | None, bands: tuple[int, ...], expected: str
) -> None:
    labels = ("1 to 5 working days late", "6 to 10", "11 or more")
    found = Breakdown("assessments_how_late", "assessments_late", late,
                      tuple(map(Band, labels, bands)))  # fmt: skip
    every = [series("assessments_late", [late])]
    every += [series("assessments_late_families", [families])] if families else []
    assert told(*every, rules=RULES, breakdowns={found.name: found}) == [expected]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([(264, 290), (270, 290)], ["20 children on a plan were past due for a visit on 31 October;"
                                    " 26 a month before."]),
        ([(290, 290), (289, 290)], ["1 child on a plan was past due for a visit on 31 October; none"
                                    " a month before."]),
        ([None, (270, 290)], ["20 children on a plan were past due for a visit on 31 October."]),
        ([(264, 290), (290, 290)], []),
        ([(264, 290), None], []),
    ],
)  # fmt: skip
def test_children_past_due_a_visit_are_told_with_the_month_before(
    figures: list[Any], expected: list[str]
) -> None:
    assert told(series("visits_in_time_pct", figures)) == expected


# Not final, outside, restated.


def not_final(measure: str, figure: Any, awaiting: int) -> Series:
    """A measure of which M's figure is not final."""
    made = series(measure, [figure])
    return replace(made, points=(replace(made.now, awaiting=awaiting),))


def test_one_figure_that_is_not_final_stands_first() -> None:
    became = Reviews(64, 63, 0, 0, 1, 0, date(2014, 11, 3))
    text = told(not_final("reviews_in_time_pct", (63, 64), 1), reviews=became)[0]
    assert text == (
        "One figure is not final. 1 of 64 child protection reviews due in October has no held date "
        "in the system yet. Reviews in time are recorded as 98.4% (63 of 64) and can be anything "
        "from that to 100.0%."
    )


def test_figures_that_are_not_final_for_other_records_are_named() -> None:
    assert told(not_final("looked_after_reviews_overdue", 3, 2)) == [
        "One figure is not final: children looked after with a review overdue."
    ]


def usual(low: int, high: int) -> UsualRange:
    return UsualRange(Decimal(low), Decimal(high), date(2013, 10, 1))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ([series("contacts", [40], usual=usual(30, 50))], "Nothing outside its usual range. 1 "
         "monthly figure has enough history and large enough numbers to be tested."),
        ([series("contacts", [40], usual=usual(30, 50)),
          series("referrals", [9], usual=usual(30, 50))],
         "Outside its usual range: referrals received (9; usual 30 to 50). 2 monthly figures have "
         "enough history and large enough numbers to be tested."),
        ([series("contacts", [40])], NOT_TESTED),
    ],
)  # fmt: skip
def test_how_many_figures_were_tested_is_always_said(of: list[Series], expected: str) -> None:
    assert plain(brief(report(*of))[-1].text) == expected


def test_the_public_edition_says_nothing_of_usual_ranges() -> None:
    outside = series("contacts", [9], usual=usual(30, 50))
    assert brief(report(outside, is_public=True)) == []


def restated(number: int) -> tuple[Restated, ...]:
    one = Restated("reviews_in_time_pct", OCTOBER, "2014-10 published", date(2014, 11, 3),
                   Point(OCTOBER, 46, 64), Point(OCTOBER, 64, 64),
                   {"recorded late": 18})  # fmt: skip
    return (one,) * number


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [(1, "1 figure is restated: ", "100.0% now."), (3, "3 figures are restated: ", "100.0% now."),
     (5, "5 figures are restated: ", "100.0% now; and 2 more.")],
)  # fmt: skip
def test_restated_figures_are_told_as_published_and_now(number: int, start: str, end: str) -> None:
    text = told(series("reviews_in_time_pct", [(64, 64)]), restated=restated(number))[-1]
    once = (
        "Child protection reviews held in time, October 2014: 71.9% as published on 3 November "
        "2014, 100.0% now"
    )
    assert text.startswith(start + once)
    assert text.endswith(end)
    assert text.count(once) == min(number, 3)


# Tiles.


def test_october_stands_on_six_tiles() -> None:
    assert [(tile.label, tile.value, tile.lines) for tile in tiles(october())] == [
        ("Contacts", "870", ("40 fewer than in September", "201 of 870 became a referral (23.1%)")),
        ("Referrals", "201", ("53 fewer than in September",
                              "12-month rate 576.4: 4.2% below target")),
        ("Assessments in time, year to date", "88.8%",
         ("1,467 of 1,652", "39 late in October, in 26 families")),
        ("Children on a plan", "290", ("23 more than at the end of September",
                                       "rate 64.4: 30.4% above target")),
        ("Plan visits in time", "93.1%", ("2.8 points higher than at the end of September",
                                          "270 of 290 in time, 20 past due")),
        ("Children looked after", "383", ("4 more than at the end of September",
                                          "rate 85.1 per 10,000; England 60.0, neighbours 79.0")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "state", "value"), [(None, None, "n/c"), (4, WITHHELD, "c"), (0, None, "0")]
)
def test_a_tile_without_a_figure_says_why(figure: Any, state: str | None, value: str) -> None:
    made = series("looked_after", [figure])
    if state:
        made = replace(made, points=(Point(OCTOBER, state=state),))
    [tile] = tiles(report(made))
    assert (tile.value, tile.lines) == (value, ())


def test_a_tile_of_few_has_no_percentage() -> None:
    [tile] = tiles(report(series("visits_in_time_pct", [(9, 9), (2, 3)])))
    assert (tile.value, tile.lines) == ("2 of 3", ("2 of 3 in time, 1 past due",))
