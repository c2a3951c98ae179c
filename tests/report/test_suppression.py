"""What the public edition withholds, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from etl.report.record import (
    MISSING,
    NOT_COMPARABLE,
    WITHHELD,
    Band,
    Breakdown,
    Point,
    Published,
    Report,
    Restated,
    Reviews,
    Team,
    Teams,
    UsualRange,
)
from etl.report.suppression import public
from report.councils import council, editions
from report.records import OCTOBER, report, series, steady

SEPTEMBER = date(2014, 9, 1)
FROZEN = date(2014, 10, 3)


def _states(record: Report, measure: str) -> list[str]:
    return [point.state for point in record.series[measure].points]


def _shown(record: Report, measure: str) -> list[int | None]:
    return [point.numerator for point in record.series[measure].points]


def _withheld(record: Report) -> set[tuple[str, date]]:
    return {(each.measure, point.month) for each in record.series.values()
            for point in each.points if point.state == WITHHELD}  # fmt: skip


@pytest.mark.parametrize(
    ("count", "is_told"), [(0, True), (1, False), (3, False), (5, False), (6, True)]
)
def test_counts_from_1_to_5_are_withheld_and_0_is_told(count: int, is_told: bool) -> None:
    told = public(report(series("assessments_overdue", [20, count]))).of("assessments_overdue")
    assert told is not None
    assert told.now == Point(OCTOBER, *((count,) if is_told else ()), state=told.now.state)
    assert told.now.is_counted == is_told


@pytest.mark.parametrize(
    ("share", "is_told"),
    [((3, 60), False), ((57, 60), False), ((2, 3), False), ((0, 4), False), ((4, 4), False),
     ((0, 60), True), ((60, 60), True), ((6, 12), True)],
)  # fmt: skip
def test_a_share_is_withheld_with_its_n_of_d_where_either_part_is_small(
    share: tuple[int, int], is_told: bool
) -> None:
    told = public(report(series("reviews_in_time_pct", [share]))).of("reviews_in_time_pct")
    assert told is not None
    expected = share if is_told else (None, None)
    assert (told.now.numerator, told.now.denominator) == expected


def test_a_rate_is_withheld_for_its_numerator_whatever_the_population() -> None:
    told = public(report(series("plans_open_rate", [(4, 8), (7, 8), (4, 45_000)])))
    assert _shown(told, "plans_open_rate") == [None, 7, None]


def test_the_rate_of_a_withheld_count_is_withheld() -> None:
    record = report(series("plans_open", [40, 4]), series("plans_open_rate", [40, 4]))
    assert _withheld(public(record)) == {("plans_open", OCTOBER), ("plans_open_rate", OCTOBER)}


def test_a_record_without_small_figures_loses_no_figure() -> None:
    record = steady()
    told = public(record)
    del record.series["assessments_late_families"]
    assert told == replace(record, is_public=True)


def test_families_teams_usual_ranges_and_how_late_have_no_public_edition() -> None:
    record = steady()
    usual = UsualRange(Decimal(30), Decimal(50), date(2013, 10, 1))
    record.series["contacts"] = replace(record.series["contacts"], usual=usual)
    of_time = ("assessments_how_late", "visits_how_long_past_due", "in_need_how_long_open")
    record = replace(
        record,
        teams={"visits_in_time_pct": Teams("visits_in_time_pct", (Team("East", 40, 40),))},
        breakdowns={name: Breakdown(name, "in_need_over_9_months", 40, (Band("all", 40),), 26)
                    for name in of_time},
    )  # fmt: skip
    told = public(record)
    assert told.is_public
    assert told.teams == {}
    assert "assessments_late_families" not in told.series
    assert told.series["contacts"].usual is None
    assert list(told.breakdowns) == ["in_need_how_long_open"]
    assert told.breakdowns["in_need_how_long_open"].longest is None


def test_measures_that_no_section_shows_are_left_out() -> None:
    record = report(series("contacts", [40]), series("missing_episodes", [40]))
    assert list(public(record).series) == ["contacts"]


def _by_category(*numbers: int) -> Report:
    bands = tuple(Band(f"category {place}", number) for place, number in enumerate(numbers))
    of = Breakdown("plans_by_category", "plans_open", sum(numbers), bands)
    return report(series("plans_open", [sum(numbers)]), breakdowns={of.name: of})


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((30, 20, 10), [30, 20, 10]),
        ((30, 3, 10, 0), [30, None, None, 0]),
        ((30, 3, 4), [30, None, None]),
        ((30, 12, 1, 1), [30, None, None, None]),
    ],
)
def test_the_next_smallest_band_goes_with_a_small_one(
    numbers: tuple[int, ...], told: list[int | None]
) -> None:
    breakdown = public(_by_category(*numbers)).breakdowns["plans_by_category"]
    assert [
        number for _, number in sorted((band.label, band.number) for band in breakdown.bands)
    ] == told
    assert breakdown.total == sum(numbers)


def test_the_order_of_withheld_bands_does_not_say_which_is_larger() -> None:
    bands = (Band("Neglect", 30), Band("Physical", 5), Band("Emotional", 4))
    of = Breakdown("plans_by_category", "plans_open", 39, bands)
    told = public(report(series("plans_open", [39]), breakdowns={of.name: of}))
    assert told.breakdowns[of.name].bands == (
        Band("Neglect", 30), Band("Emotional", None), Band("Physical", None)
    )  # fmt: skip


def test_the_total_goes_too_where_it_would_say_that_each_small_band_is_1() -> None:
    told = public(_by_category(1, 1, 1, 1, 1, 1))
    assert told.breakdowns["plans_by_category"].total is None
    assert _shown(told, "plans_open") == [None]


def test_what_went_may_not_follow_from_what_came_and_the_change() -> None:
    record = report(
        series("looked_after", [100, 108, 116]),
        series("looked_after_started", [10, 11, 14]),
        series("looked_after_ceased", [7, 3, 6]),
    )
    told = public(record)
    assert _shown(told, "looked_after_ceased") == [7, None, 6]
    assert _shown(told, "looked_after_started") == [10, None, 14]
    assert _shown(told, "looked_after") == [100, 108, 116]


def test_what_came_and_went_tells_nothing_in_months_where_it_is_not_the_change() -> None:
    record = report(
        series("looked_after", [100, 120, 130]),
        series("looked_after_started", [10, 11, 20]),
        series("looked_after_ceased", [7, 3, 10]),
    )
    assert _withheld(public(record)) == {("looked_after_ceased", SEPTEMBER)}


def test_by_how_many_records_it_differs_at_the_last_month_end_is_told() -> None:
    """The report says how many records were corrected, so what ceased would follow."""
    record = report(
        series("looked_after", [100, 109]),
        series("looked_after_started", [10, 11]),
        series("looked_after_ceased", [7, 3]),
        corrected_records=1,
    )
    assert ("looked_after_started", OCTOBER) in _withheld(public(record))


def test_a_month_may_not_follow_from_two_years_to_date() -> None:
    july, month, to_date = date(2014, 7, 1), "section_47_to_conference_pct", "_ytd"
    record = report(
        series(month, [(20, 30), (28, 32), (20, 40), (20, 40)], july),
        series(month + to_date, [(20, 30), (48, 62), (68, 102), (88, 142)], july),
        last=july,
    )
    told = public(record)
    assert _states(told, "section_47_to_conference_pct")[1] == WITHHELD
    assert WITHHELD in _states(told, "section_47_to_conference_pct_ytd")[:-1]
    assert told.series["section_47_to_conference_pct_ytd"].now.is_counted


def test_a_month_may_not_follow_from_two_rates_over_12_months() -> None:
    monthly = [10] * 24 + [3]
    rates = [None] * 11 + [sum(monthly[at - 11 : at + 1]) for at in range(11, 25)]
    record = report(series("early_help_opened", monthly), series("early_help_rate_12m", rates))
    told = public(record)
    assert _states(told, "early_help_opened")[-1] == WITHHELD
    assert len(_withheld(told)) > 1
    # a line of rates may have a gap, the month's own rate stays
    assert told.series["early_help_rate_12m"].now.is_counted


def test_what_is_late_may_not_follow_from_what_is_in_time() -> None:
    record = report(
        series("assessments_completed", [100]),
        series("assessments_late", [4]),
        series("assessments_in_time_pct", [(96, 100)]),
    )
    assert _withheld(public(record)) == {
        ("assessments_late", OCTOBER),
        ("assessments_in_time_pct", OCTOBER),
    }


def _reviews(**more: int | None) -> Reviews:
    parts: dict[str, Any] = {"due": 64, "in_time": 46, "recorded_late": None, "late": 0,
                             "awaiting": 18, "not_done": 0}  # fmt: skip
    return Reviews(**parts | more, recorded_from=date(2014, 11, 3))


@pytest.mark.parametrize(
    ("reviews", "is_told"),
    [
        (_reviews(), True),
        (_reviews(awaiting=15, late=3), False),
        (_reviews(recorded_late=4), False),
        (_reviews(recorded_late=43), False),
        (_reviews(recorded_late=20), True),
    ],
)
def test_what_became_of_reviews_is_not_told_where_a_part_is_small(
    reviews: Reviews, is_told: bool
) -> None:
    point = Point(OCTOBER, 46, 64, awaiting=reviews.awaiting)
    of = replace(series("reviews_in_time_pct", [(46, 64)]), points=(point,))
    assert (public(report(of, reviews=reviews)).reviews is not None) == is_told


@pytest.mark.parametrize(("awaiting", "is_told"), [(0, True), (3, False), (15, False), (18, True)])
def test_a_figure_that_few_records_are_awaited_for_is_withheld(
    awaiting: int, is_told: bool
) -> None:
    point = Point(OCTOBER, 46, 64, awaiting=awaiting)
    of = replace(series("reviews_in_time_pct", [(46, 64)]), points=(point,))
    told = public(report(of, reviews=_reviews())).series["reviews_in_time_pct"].now
    assert told == (point if is_told else Point(OCTOBER, state=WITHHELD))


def _moved(was: tuple[int, int], now: tuple[int, int], causes: dict[str, int]) -> Report:
    point = Point(OCTOBER, *now, published=Published(*was, FROZEN))
    of = replace(series("reviews_in_time_pct", [now]), points=(point,))
    then = Point(OCTOBER, *was)
    row = Restated(of.measure, OCTOBER, "2014-10 published", FROZEN, then, point, causes)
    return report(of, restated=(row,))


def test_a_restatement_of_many_is_told_as_it_is() -> None:
    record = _moved((46, 64), (64, 64), {"recorded late": 18})
    assert public(record) == replace(record, is_public=True)


@pytest.mark.parametrize(
    ("was", "now"), [((3, 64), (46, 64)), ((61, 64), (46, 64)), ((46, 64), (49, 64))]
)
def test_what_a_figure_was_is_withheld_where_it_or_the_move_is_small(
    was: tuple[int, int], now: tuple[int, int]
) -> None:
    told = public(_moved(was, now, {"recorded late": 30}))
    [row] = told.restated
    assert row.published == Point(OCTOBER, state=WITHHELD)
    assert row.causes is None
    assert row.now == told.series["reviews_in_time_pct"].now
    assert row.now.published == Published(None, None, FROZEN)


def test_causes_of_few_are_not_told() -> None:
    [row] = public(_moved((46, 64), (62, 64 + 6), {"recorded late": 14, "added": 2})).restated
    assert row.causes is None
    assert row.published.is_counted


def test_the_figure_of_then_is_withheld_beside_a_withheld_one() -> None:
    """Who knows how all moved could work out the other."""
    completed = replace(
        series("assessments_completed", [100]),
        points=(Point(OCTOBER, 100, published=Published(80, None, FROZEN)),),
    )
    record = report(completed, series("assessments_in_time_pct", [(97, 100)]))
    told = public(record).series["assessments_completed"].now
    assert told == Point(OCTOBER, 100, published=Published(None, None, FROZEN))


def test_numbers_of_figures_that_are_not_told_do_not_stay_in_the_record() -> None:
    points = (Point(SEPTEMBER, 30, 7, NOT_COMPARABLE), Point(OCTOBER, 0, 0, MISSING))
    of = replace(series("reviews_in_time_pct", [(30, 40)] * 2), points=points)
    told = public(report(of)).series["reviews_in_time_pct"].points
    assert told == (Point(SEPTEMBER, state=NOT_COMPARABLE), Point(OCTOBER, state=MISSING))


def _numbers_in(thing: Any) -> Iterator[int]:
    """All whole numbers anywhere in a record."""
    if isinstance(thing, bool):
        return
    if isinstance(thing, int):
        yield thing
    elif is_dataclass(thing):
        for each in fields(thing):
            yield from _numbers_in(getattr(thing, each.name))
    elif isinstance(thing, dict):
        for each in thing.values():
            yield from _numbers_in(each)
    elif isinstance(thing, tuple):
        for each in thing:
            yield from _numbers_in(each)


@pytest.mark.parametrize("seed", range(6))
def test_no_number_from_1_to_5_is_anywhere_in_a_public_record(seed: int) -> None:
    record = council(seed, busy=(3, 8, 20)[seed % 3])
    assert set(_numbers_in(record)) & set(range(1, 6))
    assert set(_numbers_in(public(record))) & set(range(1, 6)) == set()


@pytest.mark.parametrize("seed", range(3))
def test_a_public_record_is_its_own_public_record(seed: int) -> None:
    before, now = editions(council(seed, busy=(3, 8, 20)[seed]))
    published = public(before)
    told = public(now, published)
    assert public(told) == told
    assert public(told, published) == told
    assert public(now, published) == told


def test_what_the_edition_before_told_is_no_partner() -> None:
    """A reader has it. Another is withheld."""
    record = report(
        series("looked_after", [100, 107, 116]),
        series("looked_after_started", [10, 10, 12]),
        series("looked_after_ceased", [7, 3, 3]),
    )
    told = public(record)
    assert _shown(told, "looked_after_started") == [10, None, None]
    before, _ = editions(replace(record, months=record.months[-3:]))
    published = replace(before, is_public=True, series={
        "looked_after_started": before.series["looked_after_started"]
    })  # fmt: skip
    told = public(record, published)
    assert _shown(told, "looked_after_started") == [10, 10, None]
    assert _shown(told, "looked_after").count(None) == 1


def test_a_band_that_the_months_own_freeze_told_is_no_partner_either() -> None:
    """A month is told again: who has the first edition knows the 10, so that the total goes."""
    published = public(_by_category(30, 9, 10))
    now = _by_category(30, 3, 10)
    assert _bands(public(now)) == [30, None, None]
    told = public(now, published)
    assert _bands(told) == [30, None, 10]
    assert told.breakdowns["plans_by_category"].total is None
    assert _shown(told, "plans_open") == [None]


def test_a_band_that_the_months_own_freeze_withheld_is_not_told_later_either() -> None:
    """12 stood beside a 3, of 45. It would say so that it was 3."""
    published = public(_by_category(30, 12, 3))
    assert _bands(published) == [30, None, None]
    now = _by_category(30, 12, 9)
    assert _bands(public(now)) == [30, 12, 9]
    assert _bands(public(now, published)) == [30, None, 9]


def _bands(record: Report) -> list[int | None]:
    bands = record.breakdowns["plans_by_category"].bands
    return [number for _, number in sorted((band.label, band.number) for band in bands)]


def test_what_the_edition_before_withheld_is_not_opened_by_what_can_be_told_now() -> None:
    """3 started in September as it was known then, and 10 ceased, which was withheld with it. Now
    it is known that 9 started: the 10 would say that it had been 3."""
    then = report(
        series("looked_after", [100, 93], SEPTEMBER),
        series("looked_after_started", [12, 3], SEPTEMBER),
        series("looked_after_ceased", [9, 10], SEPTEMBER),
        last=SEPTEMBER,
    )
    published = public(then)
    assert ("looked_after_ceased", SEPTEMBER) in _withheld(published)
    now = report(
        series("looked_after", [100, 99, 101]),
        series("looked_after_started", [12, 9, 12]),
        series("looked_after_ceased", [9, 10, 10]),
    )
    assert _withheld(public(now)) == set()
    assert _withheld(public(now, published)) == {("looked_after_ceased", SEPTEMBER)}


def test_no_figure_is_withheld_without_a_small_one_to_protect() -> None:
    """Of every partner: told alone, it would open something."""
    record = report(
        series("contacts", [40, 50]), series("contacts_to_referral_pct", [(20, 40), (47, 50)]),
        series("looked_after", [100, 108]),
        series("looked_after_started", [10, 11]),
        series("looked_after_ceased", [7, 3]),
    )  # fmt: skip
    assert _withheld(public(record)) == {
        ("contacts_to_referral_pct", OCTOBER),
        ("looked_after_started", OCTOBER),
        ("looked_after_ceased", OCTOBER),
    }
