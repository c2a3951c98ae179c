"""Days, months and lists as they stand in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from etl.report.record import AT_END, Report, Series

BOLD = "**"
# By number, not by the machine's language.
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_APRIL = 4


def plain(text: str) -> str:
    """A text without its marks."""
    return text.replace(BOLD, "")


def typographic(text: str) -> str:
    """A text of the warehouse with the apostrophes of print."""
    return text.replace("'", "’")


def bold(text: object) -> str:
    """A text that is set off."""
    return f"{BOLD}{text}{BOLD}"


def name_of(month: date) -> str:
    """``October``."""
    return _MONTHS[month.month - 1]


def month_of(month: date) -> str:
    """``October 2014``."""
    return f"{name_of(month)} {month.year}"


def short_month(month: date) -> str:
    """``Oct 2014``."""
    return f"{name_of(month)[:3]} {month.year}"


def day_of(day: date) -> str:
    """``31 October 2014``."""
    return f"{day.day} {month_of(day)}"


def day_in_year(day: date) -> str:
    """``31 October``."""
    return f"{day.day} {name_of(day)}"


def month_before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def month_beside(month: date, other: date) -> str:
    """A month beside another one, with its year where that is another."""
    return name_of(month) if month.year == other.year else month_of(month)


def when(report: Report, series: Series) -> str:
    """``in October 2014``, or at its end."""
    return f"{preposition(series)} {month_of(report.month)}"


def preposition(series: Series) -> str:
    """Of a month of the measure."""
    return "at the end of" if series.span == AT_END else "in"


def year_to_date(report: Report) -> str:
    """``from 1 April to 31 October 2014``, with both years where they differ."""
    year = report.month.year if report.month.month >= _APRIL else report.month.year - 1
    first = "1 April" if year == report.last_day.year else f"1 April {year}"
    return f"from {first} to {day_of(report.last_day)}"


def period_before(month: date) -> str:
    """Of the year before, the period from 1 April to a month: ``2013``, or ``2013/14`` where it
    goes beyond the turn of the year. month: the last of that period."""
    if month.month >= _APRIL:
        return str(month.year)
    return f"{month.year - 1}/{month.year % 100:02d}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """``one, two and three``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def capitalised(text: str) -> str:
    """With a capital first, behind a mark of bold too."""
    start = len(BOLD) if text.startswith(BOLD) else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def number_of(number: int, one: str, many: str) -> str:
    """``1 figure``, ``2 figures``, ``1,200 rows``."""
    return f"{number:,} {one if number == 1 else many}"
