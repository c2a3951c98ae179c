"""What is read of a measure beside its numbers."""

from __future__ import annotations

import pytest

from etl.report.figures import HAPPENED, span_of
from etl.report.outline import GROUPS, SECTION_OF, TILES
from etl.report.record import AT_END, MONTH, TWELVE_MONTHS, YEAR_TO_DATE
from report.records import MEASURES


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
