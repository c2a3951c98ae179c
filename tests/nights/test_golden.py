"""The golden nights give the printed figures."""

from __future__ import annotations

from datetime import date

import pytest

from nights.agreement import differences, owed, wrong_figures
from nights.conftest import TwoNights
from nights.expected import Expected
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
