"""Due dates, with dates worked out by hand from England's calendar."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from etl.calendar import working_days
from etl.calendar.allowance import Allowance, in_words
from etl.calendar.make_bank_holidays import write_bank_holidays
from etl.errors import NightStopped


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def due(start: str, allowance: str, counting: str = "elapsed") -> str:
    found = working_days.add(days(start), Allowance.read(allowance), counting=counting)
    return str(found[0])


@pytest.mark.parametrize(
    ("start", "allowance", "expected", "over"),
    [
        ("2022-04-11", "45 working days", "2022-06-20", "Easter, May Day and the Jubilee"),
        ("2022-04-11", "35 working days", "2022-06-06", "Easter, May Day and the Jubilee"),
        ("2019-12-02", "45 working days", "2020-02-06", "Christmas"),
        ("2019-12-02", "35 working days", "2020-01-23", "Christmas"),
        ("2020-04-20", "45 working days", "2020-06-24", "the moved May Day of 2020"),
        ("2022-08-01", "45 working days", "2022-10-05", "the State Funeral"),
        ("2023-03-27", "35 working days", "2023-05-19", "the Coronation"),
        ("2023-03-27", "45 working days", "2023-06-05", "the Coronation"),
        ("2022-03-25", "45 working days", "2022-06-01", "Easter"),
        ("2024-01-25", "45 working days", "2024-03-28", "no holiday, up to Good Friday's eve"),
        ("2011-04-11", "15 working days", "2011-05-06", "Easter and the royal wedding"),
        ("2022-05-19", "15 working days", "2022-06-13", "the Jubilee"),
        ("2022-08-26", "15 working days", "2022-09-20", "the State Funeral"),
        ("2023-04-24", "15 working days", "2023-05-17", "the Coronation"),
        ("2019-12-16", "15 working days", "2020-01-09", "Christmas"),
        ("2020-04-27", "15 working days", "2020-05-19", "the moved May Day of 2020"),
        ("2018-03-16", "15 working days", "2018-04-10", "Easter"),
        ("2022-12-09", "10 working days", "2022-12-23", "no holiday"),
        ("2022-12-22", "10 working days", "2023-01-10", "Christmas and New Year"),
        ("2019-12-20", "10 working days", "2020-01-08", "Christmas and New Year"),
        ("2011-04-15", "10 working days", "2011-05-05", "Easter and the royal wedding"),
        ("2022-05-27", "10 working days", "2022-06-14", "the Jubilee"),
        ("2015-11-16", "10 working days", "2015-11-30", "no holiday"),
        ("2023-04-28", "10 working days", "2023-05-16", "May Day and the Coronation"),
        ("2011-04-11", "20 working days", "2011-05-13", "Easter and the royal wedding"),
        ("2019-12-11", "20 working days", "2020-01-13", "Christmas"),
        ("2022-08-26", "20 working days", "2022-09-27", "the State Funeral"),
        ("2022-11-30", "20 working days", "2022-12-30", "Christmas"),
        ("2023-04-17", "20 working days", "2023-05-17", "May Day and the Coronation"),
        ("2019-12-24", "1 working day", "2019-12-27", "Christmas"),
        ("2022-09-16", "1 working day", "2022-09-20", "the State Funeral"),
        ("2012-05-25", "10 working days", "2012-06-12", "the Diamond Jubilee"),
    ],
)
def test_working_days_pass_over_weekends_and_bank_holidays(start, allowance, expected, over):
    assert due(start, allowance) == expected, over


@pytest.mark.parametrize(
    ("start", "allowance", "expected"),
    [
        ("2023-04-22", "15 working days", "2023-05-16"),  # a Saturday: as from Friday 21
        ("2023-04-23", "15 working days", "2023-05-16"),  # the Sunday after
        ("2023-04-21", "15 working days", "2023-05-16"),
        ("2022-04-18", "1 working day", "2022-04-19"),  # Easter Monday
        ("2022-04-15", "1 working day", "2022-04-19"),  # Good Friday
    ],
)
def test_of_a_start_on_a_day_off_the_next_working_day_is_day_one(start, allowance, expected):
    assert due(start, allowance) == expected


@pytest.mark.parametrize(
    ("start", "allowance", "expected"),
    [
        ("2022-11-30", "3 months", "2023-02-28"),
        ("2023-05-10", "3 months", "2023-08-10"),
        ("2021-08-31", "6 months", "2022-02-28"),
        ("2023-08-29", "6 months", "2024-02-29"),
        ("2023-08-30", "6 months", "2024-02-29"),
        ("2023-08-31", "6 months", "2024-02-29"),
        ("2024-02-29", "3 months", "2024-05-29"),  # not the month's end: the corresponding day
        ("2019-09-25", "3 months", "2019-12-25"),
        ("2023-12-31", "3 months", "2024-03-31"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_months_last(start, allowance, expected):
    assert due(start, allowance) == expected


@pytest.mark.parametrize(
    ("start", "allowance", "expected"),
    [
        ("2024-01-01", "3 months", "2024-04-01"),  # Easter Monday
        ("2022-03-19", "6 months", "2022-09-19"),  # the State Funeral
        ("2022-06-25", "6 months", "2022-12-25"),  # Sunday and Christmas Day
        ("2023-03-31", "1 week", "2023-04-07"),  # Good Friday
        ("2022-12-18", "1 week", "2022-12-25"),
    ],
)
def test_no_due_date_is_moved_off_a_day_off(start, allowance, expected):
    assert due(start, allowance) == expected


@pytest.mark.parametrize(
    ("start", "allowance", "expected"),
    [
        ("2022-12-22", "1 week", "2022-12-29"),
        ("2022-12-29", "6 weeks", "2023-02-09"),
        ("2023-12-20", "6 weeks", "2024-01-31"),
        ("2022-12-22", "14 days", "2023-01-05"),
        ("2023-04-06", "3 days", "2023-04-09"),
    ],
)
def test_weeks_and_days_are_calendar_days(start, allowance, expected):
    assert due(start, allowance) == expected


@pytest.mark.parametrize(
    ("start", "allowance", "expected"),
    [
        ("2023-04-28", "10 working days", "2023-05-15"),
        ("2019-12-20", "10 working days", "2020-01-07"),
        ("2014-10-06", "1 working day", "2014-10-06"),
        ("2022-12-22", "1 week", "2022-12-28"),
        ("2022-11-30", "3 months", "2023-02-27"),
    ],
)
def test_counted_inclusively_the_start_is_day_one(start, allowance, expected):
    assert due(start, allowance, "inclusive") == expected


@pytest.mark.parametrize("start", ["2023-04-22", "2023-04-23", "2022-04-18"])
def test_nothing_is_due_before_it_starts(start):
    assert due(start, "1 working day", "inclusive") >= start


@pytest.mark.parametrize(
    ("start", "done", "expected"),
    [
        ("2023-01-06", "2023-01-06", 0),
        ("2023-01-06", "2023-01-07", 0),  # the Saturday after
        ("2023-01-06", "2023-01-21", 10),  # in 10 working days, though a day late
        ("2024-03-14", "2024-03-29", 10),  # Good Friday
        ("2024-03-14", "2024-04-01", 10),  # Easter Monday
        ("2023-04-22", "2023-04-24", 1),  # Saturday to Monday
        ("2023-04-24", "2023-04-29", 4),  # Monday to Saturday
        ("2022-04-11", "2022-06-17", 44),
    ],
)
def test_working_days_taken_leave_out_the_start_and_count_the_end(start, done, expected):
    assert working_days.taken(days(start), days(done))[0] == expected


def test_working_days_beyond_the_calendar_stop_the_night_without_naming_a_day():
    last = working_days.last_day()
    with pytest.raises(NightStopped) as stopped:
        working_days.add(days(f"{last.year}-12-01"), Allowance.read("45 working days"))
    assert "45 working days" in str(stopped.value)
    assert f"{last.year}-12-01" not in str(stopped.value)


def test_the_calendar_knows_the_days_that_were_holidays_once():
    every = working_days.every_day().set_index("date")
    for once in (
        "2011-04-29", "2012-06-04", "2012-06-05", "2020-05-08", "2022-06-02", "2022-06-03",
        "2022-09-19", "2023-05-08",
    ):  # fmt: skip
        assert not every.loc[once, "is_working_day"]
        assert every.loc[once, "bank_holiday"]
    assert every.loc["2020-05-04", "is_working_day"]  # moved in that year


def test_the_working_day_number_counts_up_on_working_days_alone():
    every = working_days.every_day().set_index("date")["working_day_number"]
    assert every["2022-06-06"] - every["2022-06-01"] == 1
    assert every["2022-06-05"] == every["2022-06-01"]


def test_an_extract_beyond_the_calendar_stops_the_night():
    working_days.check_covers(date(2014, 11, 3))
    beyond = date(working_days.last_day().year, 1, 1)
    with pytest.raises(NightStopped) as stopped:
        working_days.check_covers(beyond)
    assert str(beyond) in str(stopped.value)


@pytest.mark.parametrize("words", ["45 working days", "1 week", "3 months", "14 days"])
def test_an_allowance_reads_as_it_is_written(words):
    assert Allowance.read(words).in_words() == words


@pytest.mark.parametrize("words", ["soon", "45", "0 days", "3 years", "-1 weeks", ""])
def test_an_allowance_that_is_no_number_and_unit_is_refused(words):
    with pytest.raises(ValueError, match=r"."):
        Allowance.read(words)


def test_the_last_of_several_allowances_repeats():
    steps = (Allowance(3, "months"), Allowance(6, "months"))
    assert in_words(steps) == "3 months, then every 6 months"


def test_the_calendar_file_is_what_its_script_makes_of_the_library(tmp_path):
    made = tmp_path / "made.csv"
    write_bank_holidays(working_days.last_day().year, made)
    assert made.read_bytes() == working_days.FILE.read_bytes()
