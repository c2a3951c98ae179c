"""England's working days, and the only code that adds an allowance to a date.

Counting follows the Department for Education's own bands: the start is day 0, so a thing due
within n working days is due on the n-th working day after the start, and an event on it is in
time. Months are calendar months clamped to the month's end. Due dates are never rolled.
"""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.calendar.allowance import Allowance
from etl.errors import NOTHING_CHANGED, NightStopped

FILE = Path(__file__).with_name("bank_holidays_england.csv")
FIRST_DAY = date(1990, 1, 1)
# The longest step of a rule and a night's reading of it stay within this of the extract date.
LONGEST_LOOK_AHEAD_YEARS = 2

Days = npt.NDArray[np.datetime64]


@cache
def bank_holidays() -> dict[date, str]:
    """Every bank holiday of the file with its name."""
    with FILE.open(newline="", encoding="utf-8") as source:
        return {date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(source)}


@cache
def last_day() -> date:
    """The last day the calendar file covers: the end of its last year."""
    return date(max(bank_holidays()).year, 12, 31)


@cache
def file_hash() -> str:
    """SHA-256 of the calendar file: a changed calendar can change due dates."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


@cache
def _calendar() -> np.busdaycalendar:
    return np.busdaycalendar(holidays=np.array(sorted(bank_holidays()), dtype="datetime64[D]"))


def why_not_worked(day: date) -> str | None:
    """'bank holiday (Good Friday)', 'Saturday'; None for a working day."""
    if day in bank_holidays():
        return f"bank holiday ({bank_holidays()[day]})"
    return f"{day:%A}" if is_weekend(day) else None


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def check_covers(extract_date: date) -> None:
    """Raises NightStopped where due dates of this night could pass the end of the calendar."""
    if extract_date.year + LONGEST_LOOK_AHEAD_YEARS > last_day().year or extract_date < FIRST_DAY:
        raise _too_short(f"an extract of {extract_date}")


def _too_short(what: str) -> NightStopped:
    return NightStopped(
        f"The working-day calendar covers {FIRST_DAY} to {last_day()}, too little for {what}.",
        where=f"etl/calendar/{FILE.name}",
        means=NOTHING_CHANGED,
        next="Check the extract's date and the authority's allowances; if they are right, run "
        "`python -m etl.calendar.make_bank_holidays <year>` and install the result.",
    )


def add(start: Days, allowance: Allowance, *, counting: str = "elapsed") -> Days:
    """The due dates of things that start on these days.

    start: days, none of them empty. counting: 'elapsed' (the start is day 0) or 'inclusive' (the
    start is day 1, one day stricter). Raises NightStopped where working days run past the end of
    the calendar file.
    """
    less = 1 if counting == "inclusive" else 0
    if allowance.unit == "months":
        return _months_after(start, allowance.count) - np.timedelta64(less, "D")
    if allowance.unit != "working days":
        length = allowance.count * (7 if allowance.unit == "weeks" else 1)
        return start + np.timedelta64(length - less, "D")
    due = np.busday_offset(start, allowance.count - less, roll="backward", busdaycal=_calendar())
    due = np.maximum(due, start)  # inclusive, from a day that does not work: never before it
    if len(due) and due.max() > np.datetime64(last_day()):
        raise _too_short(f"an allowance of {allowance.in_words()}")
    return due


def _months_after(days: Days, months: int) -> Days:
    """The corresponding day ``months`` later, else that month's last day."""
    month = days.astype("datetime64[M]")
    day_of_month = days - month.astype("datetime64[D]")
    target = month + np.timedelta64(months, "M")
    last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    found: Days = np.minimum(target.astype("datetime64[D]") + day_of_month, last)
    return found


def months_later(days: pd.Series, months: int) -> pd.Series:
    """The corresponding day ``months`` later, clamped to that month's end."""
    later = _months_after(days.to_numpy(dtype="datetime64[D]"), months)
    return pd.Series(later.astype("datetime64[s]"), index=days.index)


def taken(start: Days, done: Days) -> npt.NDArray[np.int64]:
    """Working days from start to done, the start being day 0; both within the calendar file."""
    until = _working_days_until()
    counted: npt.NDArray[np.int64] = until[_number(done)] - until[_number(start)]
    return counted


@cache
def _working_days_until() -> npt.NDArray[np.int64]:
    """Of each day of the calendar, how many working days there have been, itself included."""
    days = np.arange(np.datetime64(FIRST_DAY), np.datetime64(last_day()) + np.timedelta64(1, "D"))
    return np.cumsum(np.is_busday(days, busdaycal=_calendar()))


def _number(days: Days) -> npt.NDArray[np.int64]:
    """How many days each lies after the calendar's first."""
    numbers: npt.NDArray[np.int64] = (days - np.datetime64(FIRST_DAY)).view(np.int64)
    return numbers


def every_day() -> pd.DataFrame:
    """One row per day of the calendar: ``date``, ``is_working_day``, ``working_day_number``
    (running count of working days up to and with the day), ``bank_holiday`` (its name)."""
    days = np.arange(np.datetime64(FIRST_DAY), np.datetime64(last_day()) + np.timedelta64(1, "D"))
    working = np.is_busday(days, busdaycal=_calendar())
    return pd.DataFrame(
        {
            "date": pd.Series(days.astype("datetime64[s]")),
            "is_working_day": working,
            "working_day_number": _working_days_until(),
            "bank_holiday": pd.Series(days.astype(object)).map(bank_holidays()),
        }
    )
