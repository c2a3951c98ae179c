"""What parts of a figure fall into."""

from __future__ import annotations

import pytest

from etl.report.asked import sql_of
from etl.report.outline import SECTIONS
from etl.report.parts import NUMERATOR, OTHERS, _bands, _head
from etl.report.record import Band
from report.records import MEASURES

BREAKDOWNS = [each.name for section in SECTIONS for each in section.breakdowns]


@pytest.mark.parametrize("name", BREAKDOWNS)
def test_the_head_of_a_breakdown_says_what_is_broken_down(name: str) -> None:
    part, measure = _head(sql_of(f"breakdowns/{name}"))
    assert part in (NUMERATOR, OTHERS)
    assert measure in MEASURES


def test_a_head_that_names_no_part_is_refused() -> None:
    with pytest.raises(ValueError, match="names no part"):
        _head("-- of: numerators of assessments_late\nselect 1")


def test_what_is_in_no_band_is_a_band_of_its_own() -> None:
    rows = [("1 to 5", 3), ("6 to 10", 0)]
    assert _bands(rows, 3) == (Band("1 to 5", 3), Band("6 to 10", 0))
    assert _bands(rows, 5)[-1] == Band("not known", 2)


def test_bands_that_come_to_more_than_the_figure_are_not_of_it() -> None:
    assert _bands([("1 to 5", 3)], 2) == ()
