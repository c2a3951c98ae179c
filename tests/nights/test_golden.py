"""The golden nights give the printed figures."""

from __future__ import annotations

from datetime import date

import pytest

from nights.agreement import differences, owed, wrong_figures
from nights.conftest import TwoNights
from nights.expected import Expected, reference_figures
from nights.loading import Council

pytestmark = pytest.mark.slow


def owed_of(expected: Expected, council: Council, known_on: date) -> list[tuple[object, ...]]:
    """The warehouse's obligations of the timescales that the expected ones are of."""
    timescales = expected.timescales
    return [row for row in owed(council, known_on, expected.status_day) if row[0] in timescales]


def test_golden_files_expect_something_of_both_nights(two_nights: TwoNights) -> None:
    expected = two_nights.expected
    assert {line["known_on"] for line in expected.figures} == set(expected.nights)
    assert len(expected.figures) >= 200
    assert len(expected.obligations) > 300


@pytest.mark.parametrize("night", [0, 1], ids=["first night", "second night"])
def test_every_expected_figure_is_published_on_the_night(two_nights: TwoNights, night: int) -> None:
    expected = two_nights.expected
    figures = [line for line in expected.figures if line["known_on"] == expected.nights[night]]
    assert wrong_figures(two_nights.after(night), figures) == []


MONTHS = tuple(date(2014, month, 1) for month in (4, 7, 8, 9, 10))
REVIEWS_OF_OCTOBER = (
    "select measure, numerator, denominator, value from report.monthly_measure "
    "where month = date '2014-10-01' and label = 'latest' and (measure = 'reviews_in_time_pct' "
    "or measure like 'child_protection_review_%') order by measure"
)


@pytest.mark.parametrize(("night", "held"), [(0, 46), (1, 64)], ids=["first night", "second night"])
def test_of_the_reviews_of_october_those_in_time_are_known_and_when_recorded_is_not(
    two_nights: TwoNights, night: int, held: int
) -> None:
    share = 100 * held / 64
    assert two_nights.after(night).rows(REVIEWS_OF_OCTOBER) == [
        ("child_protection_review_as_recorded_pct", 0, 0, None),
        ("child_protection_review_in_practice_pct", held, 64, share),
        ("reviews_in_time_pct", held, 64, share),
    ]


@pytest.mark.parametrize("night", [0, 1], ids=["first night", "second night"])
def test_the_pairs_agree_with_the_reference_which_looks_at_both_extracts(
    two_nights: TwoNights, night: int
) -> None:
    what = two_nights.expected
    nights = tuple(zip(what.nights, what.extracts, strict=True))
    day, extract = nights[night]
    months = (*MONTHS, date(2014, 11, 1))[: len(MONTHS) + night]
    figures = [
        line
        for line in reference_figures(extract, what.authority, day, months, nights[:night])
        if line["measure"].endswith(("_in_practice_pct", "_as_recorded_pct"))
    ]
    assert len(figures) == 2 * 8 * len(months)
    assert wrong_figures(two_nights.after(night), figures) == []


def test_what_no_report_printed_agrees_with_the_reference(two_nights: TwoNights) -> None:
    what = two_nights.expected
    printed = {line["measure"] for line in what.figures}
    figures = [
        line
        for line in reference_figures(what.extracts[0], what.authority, what.nights[0], MONTHS)
        if not line["measure"].endswith("_as_recorded_pct") and line["measure"] not in printed
    ]
    assert {"placements_3_or_more_pct", "visits_seen_alone_pct"} <= {
        line["measure"] for line in figures
    }
    assert wrong_figures(two_nights.first, figures) == []


@pytest.mark.parametrize("night", [0, 1], ids=["as the first left it", "as the second left it"])
def test_obligations_known_on_the_first_night_agree_row_for_row_ever_after(
    two_nights: TwoNights, night: int
) -> None:
    expected = two_nights.expected
    found = owed_of(expected, two_nights.after(night), expected.nights[0])
    assert differences(expected.obligations, found) == {}


def test_second_night_knows_what_the_first_could_not(two_nights: TwoNights) -> None:
    """Else the test above would not see whether the warehouse shows one night or the other."""
    expected, second = two_nights.expected, two_nights.expected.nights[1]
    found = owed_of(expected, two_nights.council, second)
    assert differences(expected.obligations, found)


def test_no_row_is_kept_from_an_earlier_night_so_figures_need_no_memory(
    two_nights: TwoNights,
) -> None:
    """The expected figures of the second night look at its extract alone."""
    kept = two_nights.council.rows("select sum(kept_earlier_version) from audit.table_load")
    assert kept == [(0,)]
