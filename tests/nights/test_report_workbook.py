"""The workbook of golden's October, read back, against the answers that were worked out apart."""

from __future__ import annotations

from datetime import date

import pytest
from report.workbooks import Read, written

from etl.report.asked import Asked
from etl.report.reading import read_report
from etl.report.sentences import about
from etl.warehouse import open_warehouse
from nights.conftest import TwoNights

pytestmark = pytest.mark.slow

OCTOBER, FIRST, SECOND = date(2014, 10, 1), date(2014, 11, 3), date(2014, 12, 4)


@pytest.fixture(scope="module")
def books(two_nights: TwoNights, tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    """As the first and the second night know October."""
    found = []
    with open_warehouse(two_nights.council.url).reading() as session:
        for known_on in (FIRST, SECOND):
            report = read_report(session, Asked("874", OCTOBER, known_on, None, 25))
            notes = [(note.heading, note.paragraphs) for note in about(report)]
            found.append(written(report, tmp_path_factory.mktemp("book"), notes))
    return found


@pytest.mark.parametrize("night", [0, 1])
def test_every_figure_is_the_expected_one_or_may_not_be_compared(
    two_nights: TwoNights, books: list[Read], night: int
) -> None:
    expected = two_nights.expected
    columns = ("Measure", "Month", "Numerator", "Denominator", "Comparable")
    rows = zip(
        *(books[night].column("Every figure", each, head=1) for each in columns), strict=True
    )
    found = {(row[0], row[1].date()): row[2:] for row in rows}
    compared = [
        ((line["numerator"], line["denominator"]), found[line["measure"], line["month"]][:2])
        for line in expected.figures
        if line["known_on"] == expected.nights[night]
        and found[line["measure"], line["month"]][2] == "yes"
    ]
    assert [one for one, _ in compared] == [other for _, other in compared]
    assert len(compared) > 80


def test_its_formulas_give_what_is_kept_beside_them(books: list[Read]) -> None:
    for book in books:
        formulas = book.every_formula()
        for sheet, place, formula, cached in formulas:
            worked_out = book.worked_out(sheet, formula)
            same = cached if cached is None or isinstance(cached, str) else pytest.approx(cached)
            assert (worked_out if worked_out is None or isinstance(worked_out, str)
                    else float(worked_out)) == same, (sheet, place)  # fmt: skip
        assert len(formulas) > 700


def test_what_the_first_night_does_not_know_the_second_restates(books: list[Read]) -> None:
    column = "Reviews due in the month, recorded in time: %"
    first, second = (book.cells("9 Reviews", column)[-1] for book in books)
    assert (first.value, second.value) == (71.875, 100)
    assert "◊" in first.number_format
    assert "†" in second.number_format
    why = books[1].column("Restated", "Why", head=1)
    assert why == ["18 held in time, recorded late"] * 2
    assert "Family Support East" in books[0].column("Teams", "Team", head=1)


def test_nobody_is_named_in_it(books: list[Read]) -> None:
    for book in books:
        assert "PII-" not in "".join(book.parts.values())
