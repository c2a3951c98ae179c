"""Which months are published, and which can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.authority import MONTHS
from etl.calendar.working_days import FIRST_DAY
from etl.errors import WrongUsage
from etl.warehouse import Session


@dataclass(frozen=True)
class Publication:
    """months: how many complete ones are published. history_from: since when the authority says
    that its extract is whole."""

    months: int
    history_from: date | None


def publication_of(session: Session, la_code: str, known_on: date) -> Publication:
    """What the authority's file of that night said. A night of a release that did not keep it has
    the usual number."""
    rows = session.rows(
        "select published_months, history_from from warehouse.dim_authority "
        "where la_code = :la_code and known_from <= :known_on and :known_on < known_to",
        la_code=la_code,
        known_on=known_on,
    )
    months, history_from = rows[0] if rows else (None, None)
    return Publication(months or MONTHS, history_from)


def last_complete_months(extract_date: date, months: int) -> tuple[date, date]:
    """First days of the first and last of so many months that ended before the date."""
    last = extract_date.year * 12 + extract_date.month - 2
    first = last - months + 1
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)


def month_before(day: date) -> date:
    """The first day of the month before a day's own: the last one that was over."""
    return last_complete_months(day, 1)[1]


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
