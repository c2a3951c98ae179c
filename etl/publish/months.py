"""Which months are published, and which can be asked for."""

from __future__ import annotations

from datetime import date

from etl.calendar.working_days import FIRST_DAY
from etl.errors import WrongUsage

MONTHS = 25


def last_complete_months(extract_date: date) -> tuple[date, date]:
    """First days of the first and last of the last 25 months that ended before the date."""
    last = extract_date.year * 12 + extract_date.month - 2
    first = last - MONTHS + 1
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)


def month_before(day: date) -> date:
    """The first day of the month before a day's own: the last one that was over."""
    return last_complete_months(day)[1]


def check_month(month: date, known_on: date) -> None:
    """Raises WrongUsage where the month was not over when the extract was made, or is before the
    calendar."""
    if FIRST_DAY <= month < known_on.replace(day=1):
        return
    raise WrongUsage(
        f"The calendar has no {month:%B} {month.year}: it begins with {FIRST_DAY:%B %Y}."
        if month < FIRST_DAY
        else f"{month:%B %Y} was not over when the extract of {known_on} was made.",
        where=f"month {month.isoformat()[:7]}",
        means="Nothing was changed.",
        next=f"Ask for a month from {FIRST_DAY:%Y-%m} to {month_before(known_on):%Y-%m}.",
    )
