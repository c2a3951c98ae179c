"""``csc-etl explain``: a chain of obligations as a calendar a person can follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.cli import main
from etl.commands.arguments import WRONG_USAGE
from etl.warehouse.duckdb.tables import create_tables

Row = dict[str, Any]
KNOWN = {"known_from": "1990-01-01", "known_to": "9999-12-31", "run_id": "r"}
STANDARDS = {
    1: ("single_assessment", "45 working days", "elapsed", False),
    2: (
        "child_protection_visit",
        "10 working days, the start counting as day 1",
        "inclusive",
        True,
    ),
    3: ("child_protection_review", "3 months, then every 6 months", "elapsed", False),
    4: ("looked_after_visit", "1 week, then every 6 weeks", "elapsed", False),
    5: ("child_protection_review", "3 months, day 1 being the start", "inclusive", True),
    6: ("child_in_need_visit", "20 working days", "elapsed", False),
}


def _owed(key: int, subject: str, started: str, due: str, allowance: str, **more: Any) -> Row:
    return {
        "la_code": "874", "timescale": STANDARDS[key][0], "timescale_key": key,
        "subject_type": "a_thing", "subject_id": subject, "sequence": 1, "started_date": started,
        "due_date": due, "allowance": allowance, "child_key": 1, "family_key": 1, "team_key": 0,
        "worker_key": 0, **KNOWN, **more,
    }  # fmt: skip


OBLIGATIONS = (
    # across Easter, May and the Jubilee: authorised on the last day
    _owed(
        1, "100", "2022-04-11", "2022-06-20", "45 working days", done_date="2022-06-20",
        first_recorded_date="2022-06-27", working_days_taken=45, days_taken=70,
    ),
    # Friday 20 December as day 1; then 23, 24, 27, 30, 31 December and 2, 3, 6, 7 January
    _owed(
        2, "200", "2019-12-20", "2020-01-07", "10 working days", done_date="2020-01-09",
        working_days_taken=11, days_taken=20,
    ),
    _owed(2, "200", "2020-01-09", "2020-01-22", "10 working days", sequence=2),
    # resumed where the source begins
    _owed(3, "305", "2023-04-10", "2023-10-10", "6 months", sequence=2),
    # in the extract of the day after the due day; in one after an extract that did not hold it
    _owed(
        3, "303", "2023-01-10", "2023-04-10", "3 months", done_date="2023-04-10",
        first_recorded_date="2023-04-11", not_recorded_before="2023-04-10",
        working_days_taken=62, days_taken=90,
    ),
    _owed(
        3, "303", "2023-04-10", "2023-10-10", "6 months", done_date="2023-10-09", sequence=2,
        first_recorded_date="2023-10-13", not_recorded_before="2023-10-12",
        working_days_taken=126, days_taken=182,
    ),
    _owed(
        3, "304", "2023-01-10", "2023-04-10", "3 months", done_date="2023-04-10",
        working_days_taken=62, days_taken=90,
    ),
    _owed(3, "300", "2022-11-30", "2023-02-28", "3 months", closed_date="2023-02-28"),
    _owed(3, "302", "2023-08-31", "2023-11-30", "3 months"),
    _owed(5, "301", "2023-09-12", "2023-12-11", "3 months"),
    _owed(5, "301", "2022-11-30", "2023-02-27", "3 months", sequence=2),
    _owed(6, "600", "2023-03-31", "2023-05-02", "20 working days"),
    _owed(4, "400", "2023-03-31", "2023-04-07", "1 week"),
    _owed(4, "400", "2023-03-31", "2023-04-07", "1 week", la_code="875"),
)  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, table: str, **row: Any) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    qualified = table if "." in table else f"star.{table}"
    connection.execute(f"insert into {qualified} ({names}) values ({marks})", list(row.values()))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a warehouse that knows a few obligations of two authorities."""
    path: Path = tmp_path_factory.mktemp("explain") / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_tables(connection)
        for key, (timescale, allowance, counting, is_local) in STANDARDS.items():
            _insert(
                connection, "dim_timescale", timescale_key=key, la_code="874", timescale=timescale,
                rule=f"It is done within {allowance}.", allowance=allowance, counting=counting,
                citation="a citation", is_local=is_local, **KNOWN,
            )  # fmt: skip
        for row in OBLIGATIONS:
            _insert(connection, "fact_timescale_obligation", **row)
        for la_code in ("874", "875"):
            connection.execute(
                "insert into report.last_extract values (?, date '2024-01-31', 'r')", [la_code]
            )
            for night in ("2019-12-31", "2024-01-31"):
                _insert(
                    connection, "audit.load_run", run_id=f"{la_code} {night}", la_code=la_code,
                    extract_date=night, status="loaded",
                )  # fmt: skip
        _insert(
            connection, "audit.observation", run_id="r", observation="timescale_skipped",
            detail="child_in_need_visit: no child_in_need_plan",
        )  # fmt: skip
        connection.execute("create view report.timescale as select * from star.dim_timescale")
        connection.execute(
            "create view report.timescale_obligation as "
            "select *, cast(subject_id = '302' as integer) as is_awaiting_record "
            "from star.fact_timescale_obligation"
        )
    return f"duckdb:///{path}"


def explained(capsys: pytest.CaptureFixture[str], warehouse: str, *words: str) -> str:
    assert main(["explain", *words, "--warehouse", warehouse]) == 0
    return capsys.readouterr().out


def test_each_working_day_is_numbered_and_each_holiday_named(capsys, warehouse):
    said = explained(capsys, warehouse, "single_assessment", "100")
    assert "due Mon 20 June 2022" in said
    for day in (
        "15 Apr 2022, Good Friday", "18 Apr 2022, Easter Monday", "2 May 2022, May Day",
        "2 Jun 2022, Spring Bank Holiday", "3 Jun 2022, Platinum Jubilee",
    ):  # fmt: skip
        assert day in said
    weeks = [line.split() for line in said.splitlines() if "2022  " in line]
    counted = [word for week in weeks for word in week[3:] if word.isdigit()]
    assert counted == [str(number) for number in range(1, 46)]
    assert "45 due done" in said
    assert "IN TIME" in said
    assert "late in the record alone" in said
    assert "after 45 working days (70 days)" in said


def test_what_the_extracts_date_is_late_in_the_record_where_one_after_the_due_day_lacked_it(
    capsys, warehouse
):
    said = explained(capsys, warehouse, "child_protection_review", "303").splitlines()
    first, second = (line.split("), ")[1] for line in said if line.startswith("   Done"))
    assert first == (
        "first in the extract of Tue 11 April 2023, not yet in that of Mon 10 April 2023."
    )
    assert second == (
        "first in the extract of Fri 13 October 2023, not yet in that of Thu 12 October 2023: "
        "late in the record alone."
    )


def test_when_what_the_first_load_brought_was_recorded_is_not_known(capsys, warehouse):
    said = explained(capsys, warehouse, "child_protection_review", "304")
    assert "(90 days), when it was recorded is not known." in said


def test_a_chain_shows_each_clock_and_what_is_not_done_yet_on_the_day(capsys, warehouse):
    said = explained(capsys, warehouse, "child_protection_visit", "200", "--on", "2020-01-15")
    assert "the authority's own standard" in said
    assert "start, 1" in said
    assert "LATE by 2 days" in said
    assert "25 Dec 2019, Christmas Day; 26 Dec 2019, Boxing Day; 1 Jan 2020" in said
    assert "when it was recorded is not known" in said
    assert "NOT DUE YET: 7 days left" in said
    before = explained(capsys, warehouse, "child_protection_visit", "200", "--on", "2020-01-08")
    assert "OVERDUE by 1 day\n" in f"{before}\n"
    assert "\n2. " not in before


def test_calendar_time_says_why_the_day_is_what_it_is(capsys, warehouse):
    said = explained(capsys, warehouse, "child_protection_review", "300")
    assert "February 2023 has no day 30: its last day." in said
    assert "ENDED BEFORE IT WAS DUE" in said
    said = explained(capsys, warehouse, "looked_after_visit", "400", "--la-code", "874")
    assert "It falls on a bank holiday (Good Friday); due dates are not moved." in said
    assert "OVERDUE by 299 days" in said


def test_months_counted_inclusively_are_due_the_day_before_and_are_short_only_where_they_are(
    capsys, warehouse
):
    said = explained(capsys, warehouse, "child_protection_review", "301", "--on", "2024-01-01")
    first, second = said.split("\n\n")[1:]
    assert "due Mon 11 December 2023" in first
    assert "has no day" not in first
    assert "February 2023 has no day 30: its last day." in second


def test_a_review_that_was_booked_and_not_recorded_may_have_been_held(capsys, warehouse):
    said = explained(capsys, warehouse, "child_protection_review", "302")
    assert "OVERDUE by 62 days, or held and not recorded: a review was booked" in said
    earlier = explained(capsys, warehouse, "child_protection_review", "302", "--on", "2024-01-01")
    assert "held and not recorded" not in earlier  # what awaits its record is known of today


def test_what_was_known_on_a_day_is_that_of_the_last_extract_before_it(capsys, warehouse):
    said = explained(capsys, warehouse, "single_assessment", "100", "--known-on", "2027-01-01")
    assert "as known from the extract of Wed 31 January 2024" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("single_asessment", "100"), "did you mean 'single_assessment'?"),
        (("single_assessment", "101"), "No single_assessment was ever owed"),
        (("looked_after_visit", "400"), "Several authorities have that id: 874, 875."),
        (("single_assessment", "100", "--on", "2022-04-10"), "Nothing was owed"),
        (("single_assessment", "100", "--known-on", "2019-12-30"), "first extract is that of"),
        (("single_assessment", "100", "--on", "2026-02-30"), "'2026-02-30' is not a day such as"),
        (("single_assessment",), "the following arguments are required: SUBJECT_ID"),
        (("core_group", "1"), "core_group is not derived: no table of core groups is known"),
        (("child_in_need_visit", "1"), "was skipped in the last load"),
    ],
)
def test_what_cannot_be_explained_is_wrong_usage_and_says_why(capsys, warehouse, words, said):
    assert main(["explain", *words, "--warehouse", warehouse]) == WRONG_USAGE
    assert said in capsys.readouterr().err


def test_a_warehouse_that_is_not_there_is_wrong_usage(capsys, tmp_path):
    url = f"duckdb:///{tmp_path / 'none.duckdb'}"
    assert main(["explain", "single_assessment", "1", "--warehouse", url]) == WRONG_USAGE
    assert "no warehouse" in capsys.readouterr().err


def test_a_file_that_is_no_warehouse_cannot_be_read_and_nothing_is_said_of_loads(capsys, tmp_path):
    (tmp_path / "text.duckdb").write_text("no database")
    url = f"duckdb:///{tmp_path / 'text.duckdb'}"
    assert main(["explain", "single_assessment", "1", "--warehouse", url]) == 1
    said = capsys.readouterr().err
    assert "cannot be read" in said
    assert "load" not in said.lower()


def test_a_clock_that_began_before_the_source_does_says_so(capsys, warehouse):
    said = explained(capsys, warehouse, "child_protection_review", "305")
    began = "It began before what the source holds: what was owed until then is not known."
    assert began in said
    assert said.index(began) < said.index("2. The clock started on Mon 10 April 2023")
    assert began not in explained(capsys, warehouse, "child_protection_review", "303")
