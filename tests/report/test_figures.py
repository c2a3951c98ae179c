"""What is read of a measure beside its numbers."""

from __future__ import annotations

from datetime import date

import pytest

from etl.report.figures import HAPPENED, span_of
from etl.report.outline import GROUPS, SECTION_OF, TILES
from etl.report.reading import reaches
from etl.report.record import AT_END, MONTH, TWELVE_MONTHS, YEAR_TO_DATE, HeldBackRows
from etl.report.surroundings import with_held_back
from report.records import MEASURES, series


@pytest.mark.parametrize("measure", MEASURES)
def test_of_each_measure_it_can_be_said_since_when_it_is_comparable(measure: str) -> None:
    history = MEASURES[measure].history
    assert history.kind == "due" or {history.first, history.last} - {None} <= HAPPENED.keys()


@pytest.mark.parametrize(
    ("measure", "span"),
    [
        ("contacts", MONTH),
        ("referral_rate_12m", TWELVE_MONTHS),
        ("assessments_in_time_pct_ytd", YEAR_TO_DATE),
        ("plans_open", AT_END),
        ("in_need_over_9_months", AT_END),
        ("reviews_in_time_pct", MONTH),
    ],
)
def test_what_a_months_figure_is_of_is_told_by_the_measure(measure: str, span: str) -> None:
    assert span_of(MEASURES[measure]) == span


def test_every_measure_of_a_section_is_on_the_page_of_all_figures() -> None:
    on_the_page = [measure for group in GROUPS.values() for measure in group]
    assert sorted(on_the_page) == sorted(SECTION_OF)
    assert len(on_the_page) == len(set(on_the_page))
    assert set(TILES) <= set(on_the_page) <= set(MEASURES)


_TABLES = (
    "contact", "single_assessment", "visit", "placement", "health_check", "child_protection_plan",
    "child_protection_review", "looked_after_period", "looked_after_review",
)  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "counted", "done"),
    [
        ("contacts", {"contact"}, set()),
        ("visits_in_time_pct", {"child_protection_plan"}, {"visit"}),
        ("reviews_in_time_pct", {"child_protection_plan"}, {"child_protection_review"}),
        ("plans_reviewed_in_time_pct", {"child_protection_plan"}, {"child_protection_review"}),
        ("looked_after_reviews_overdue", {"looked_after_period"}, {"looked_after_review"}),
        ("looked_after_visits_in_time_pct", {"looked_after_period", "placement"}, {"visit"}),
        ("assessments_overdue", {"single_assessment"}, set()),
    ],
)
def test_a_measure_of_what_is_owed_lacks_the_rows_held_back_by_which_that_is_told(
    measure: str, counted: set[str], done: set[str]
) -> None:
    held = {table: HeldBackRows(table, 1, 0) for table in _TABLES}
    found = with_held_back({measure: series(measure, [1])}, (MEASURES[measure],), held)
    rows = found[measure].held_back
    assert {each.thing for each in rows if not each.is_done} == counted
    assert {each.thing for each in rows if each.is_done} == done


@pytest.mark.parametrize(("day", "is_enough"), [(28, False), (29, True)])
def test_a_month_is_judged_only_by_what_is_newer_than_its_last_day_less_three_working_days(
    day: int, is_enough: bool
) -> None:
    newest = {"contact": None, "referral": date(2014, 10, day), "visit": date(2014, 10, 3)}
    assert reaches(newest, date(2014, 10, 28)) is is_enough
    assert not reaches(dict.fromkeys(newest), date(2014, 10, 28))
