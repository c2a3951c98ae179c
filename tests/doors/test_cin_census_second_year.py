"""The first census of a new year has none of what was closed in the one before."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from nights.loading import Council

from doors.census import HEADER, a_census, a_child, an_authority_of_a_census, assessment, details

pytestmark = pytest.mark.slow
CLOSED, OPEN = range(1000, 1060), range(2000, 2040)


def of_the_year(night: str, year: str, *children: str) -> str:
    """A census of another day than the header has."""
    header = HEADER.replace("2014-11-03", night).replace("<Year>2015", f"<Year>{year}")
    return a_census(*children, header=header)


def open_ones(numbers: range) -> list[str]:
    return [
        a_child(str(number), details("2015-03-30", assessment("2015-03-30"))) for number in numbers
    ]


def a_night(council: Council, night: str, census: str) -> Path:
    extract = council.folder / night
    extract.mkdir()
    (extract / "census.xml").write_text(census, encoding="utf-8")
    return extract


@pytest.fixture
def council(tmp_path: Path) -> Council:
    """One whose last night of a census year has more closed referrals than open ones."""
    council = Council(tmp_path, an_authority_of_a_census(tmp_path))
    closed = details("2014-06-03", assessment("2014-06-04", "2014-07-04"),
                     CINclosureDate="2014-08-01", ReasonForClosure="RC7")  # fmt: skip
    children = [a_child(str(number), closed) for number in CLOSED] + open_ones(OPEN)
    ran = council.load(a_night(council, "2015-03-31", of_the_year("2015-03-31", "2015", *children)))
    assert ran.exit_code == 0, ran.err
    note_covered_from(council, "2014-04-01")
    return council


def note_covered_from(council: Council, day: str) -> None:
    """As the audit says it of the night."""
    with duckdb.connect(council.file) as warehouse:
        warehouse.execute(
            "insert into audit.observation (run_id, observation, detail) "
            "select run_id, 'covered_from', ? from audit.load_run where run_id not in "
            "(select run_id from audit.observation where observation = 'covered_from')",
            [day],
        )


def test_what_fell_out_with_the_year_does_not_stop_the_night(council: Council) -> None:
    census = of_the_year("2015-04-02", "2016", *open_ones(OPEN))
    ran = council.load(a_night(council, "2015-04-02", census))
    assert ran.exit_code == 0, ran.err


def test_what_the_new_year_should_hold_and_does_not_stops_the_night(council: Council) -> None:
    census = of_the_year("2015-04-02", "2016", *open_ones(OPEN[:30]))
    ran = council.load(a_night(council, "2015-04-02", census))
    assert ran.exit_code == 3
    assert "referral (40 rows at the last load, 30 tonight)" in ran.err
    assert "child (40 rows at the last load, 30 tonight)" in ran.err
    assert "single_assessment (40 rows at the last load, 30 tonight)" in ran.err


def test_where_the_source_is_said_to_begin_as_before_all_rows_are_compared(
    council: Council,
) -> None:
    said = 'kind = "cin_census"\ncovered_from = 2014-04-01'
    text = council.authority.read_text(encoding="utf-8")
    council.authority.write_text(text.replace('kind = "cin_census"', said), encoding="utf-8")
    census = of_the_year("2015-04-02", "2016", *open_ones(OPEN))
    ran = council.load(a_night(council, "2015-04-02", census))
    assert ran.exit_code == 3
    assert "referral (100 rows at the last load, 40 tonight)" in ran.err
