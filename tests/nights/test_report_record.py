"""The record of figures of a report: what the warehouse counted, as known, frozen or restated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from etl.report.asked import Asked
from etl.report.numbers import exact
from etl.report.outline import BY_ID, SECTION_OF
from etl.report.reading import read_report
from etl.report.record import NOT_COMPARABLE, Band, Report, Team
from etl.warehouse import open_warehouse
from nights.conftest import ENGINES, TwoNights
from nights.loading import Council, Engine

pytestmark = pytest.mark.slow

OCTOBER, FIRST, SECOND = date(2014, 10, 1), date(2014, 11, 3), date(2014, 12, 4)
LABEL = "2014-10 published"


def read(council: Council, known_on: date, label: str | None = None, months: int = 25) -> Report:
    with open_warehouse(council.url).reading() as session:
        return read_report(session, Asked("874", OCTOBER, known_on, label, months))


@pytest.fixture(scope="module")
def records(two_nights: TwoNights) -> dict[str, Report]:
    """As the first night, the freeze and the second night know October."""
    council = two_nights.council
    return {
        "first": read(two_nights.first, FIRST),
        "as known": read(council, FIRST),
        "frozen": read(council, FIRST, LABEL),
        "second": read(council, SECOND),
    }


def compared(line: dict[str, Any], report: Report) -> tuple[Any, Any]:
    """What is expected of a month's figure, and what the record has; n/c says nothing of it."""
    month = line["month"]
    [point] = [point for point in report.series[line["measure"]].points if point.month == month]
    if point.state == NOT_COMPARABLE:
        return None, None
    return (line["numerator"], line["denominator"]), (point.numerator, point.denominator)


@pytest.mark.parametrize(("known", "night"), [("first", 0), ("as known", 0), ("second", 1)])
def test_it_holds_every_expected_figure_that_may_be_compared(
    two_nights: TwoNights, records: dict[str, Report], known: str, night: int
) -> None:
    expected = two_nights.expected
    lines = [line for line in expected.figures if line["known_on"] == expected.nights[night]]
    pairs = [compared(line, records[known]) for line in lines]
    assert [each for each, _ in pairs] == [each for _, each in pairs]
    assert sum(each is not None for each, _ in pairs) > 80


def test_a_freeze_shows_what_was_known_on_its_day(records: dict[str, Report]) -> None:
    frozen, known = records["frozen"], records["as known"]
    assert frozen.label == LABEL
    assert frozen.series == known.series == records["first"].series
    assert (frozen.breakdowns, frozen.teams) == (known.breakdowns, known.teams)
    assert (frozen.restated, frozen.earlier) == ((), ())


def test_what_moved_since_the_freeze_is_restated_with_its_causes(
    records: dict[str, Report],
) -> None:
    second = records["second"]
    assert second.earlier == ((LABEL, FIRST),)
    moved = {one.measure: one for one in second.restated}
    assert set(moved) == {"reviews_in_time_pct", "plans_reviewed_in_time_pct"}
    reviews = moved["reviews_in_time_pct"]
    assert (reviews.published.numerator, reviews.now.numerator) == (46, 64)
    assert (reviews.published_on, reviews.causes) == (FIRST, {"recorded late": 18})
    point = second.series["reviews_in_time_pct"].now
    assert point.published is not None
    assert (point.published.numerator, point.published.denominator) == (46, 64)


def test_reviews_without_a_held_date_make_figures_not_final(records: dict[str, Report]) -> None:
    first, second = records["first"], records["second"]
    in_section = {one.measure: one.now.awaiting for one in first.not_final
                  if one.measure in SECTION_OF}  # fmt: skip
    assert in_section == {"reviews_in_time_pct": 18, "plans_reviewed_in_time_pct": 18}
    assert first.reviews is not None
    assert (first.reviews.due, first.reviews.in_time, first.reviews.awaiting) == (64, 46, 18)
    assert (first.reviews.late, first.reviews.not_done) == (0, 0)
    # The first load cannot say by when what it brought was recorded.
    assert (first.reviews.recorded_late, first.reviews.recorded_from) == (None, FIRST)
    assert second.not_final == ()
    assert second.reviews is not None
    assert (second.reviews.in_time, second.reviews.awaiting) == (64, 0)


def test_bands_come_to_their_figure(records: dict[str, Report]) -> None:
    found = records["first"].breakdowns
    wanted = {each.name for section in BY_ID.values() for each in section.breakdowns}
    assert set(found) == wanted
    for breakdown in found.values():
        assert sum(band.number or 0 for band in breakdown.bands) == breakdown.total
    late = found["assessments_how_late"]
    assert late.bands == (
        Band("1 to 5 working days late", 7), Band("6 to 10", 14), Band("11 or more", 18)
    )  # fmt: skip
    assert (late.total, late.longest) == (39, 26)
    assert found["plans_by_category"].bands[0] == Band("Neglect", 155)


def test_teams_come_to_their_figure_and_the_unknown_one_is_last(
    records: dict[str, Report],
) -> None:
    report = records["first"]
    for measure, found in report.teams.items():
        now = report.series[measure].now
        assert sum(team.numerator for team in found.teams) == now.numerator
        assert sum(team.denominator for team in found.teams) == now.denominator
    assert report.teams["visits_in_time_pct"].teams[-1] == Team(None, 65, 71)


def test_it_says_what_it_is_to_be_read_with(records: dict[str, Report]) -> None:
    report = records["first"]
    assert (report.authority, report.last_day) == ("Peterborough", date(2014, 10, 31))
    assert report.newest["visit"] == date(2014, 10, 31)
    assert not report.is_stale
    assert report.population is not None
    assert (report.population.children, report.population.year) == (45_000, 2013)
    rule = {rule.timescale: rule for rule in report.rules}["single_assessment"]
    assert (rule.allowance, rule.is_local) == ("35 working days", True)
    assert {"legal status", "child in need plan"} <= {absent.thing for absent in report.absent}
    assert report.account.held_back == 0
    series = report.series["plans_open_rate"]
    assert series.target is not None
    assert exact(series.unit, series.now) > series.target.value  # type: ignore[operator]
    assert series.beginning is not None
    assert series.beginning.day == date(2012, 12, 4)


def test_both_engines_say_the_same(
    engines: dict[str, Engine], two_nights_in: Callable[[Engine], TwoNights]
) -> None:
    loaded = [two_nights_in(engines[name]) for name in ENGINES]
    for known_on, label in ((FIRST, LABEL), (SECOND, None)):
        one, other = (read(each.council, known_on, label, months=37) for each in loaded)
        assert one == other
