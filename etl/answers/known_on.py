"""The figures of a month as known on any day, beside those that were frozen of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.night.publishing import titles
from etl.publish.counting import Counting, Figure, count
from etl.publish.freezes import what_differs
from etl.publish.measures import measures
from etl.publish.months import check_month, month_before
from etl.warehouse import existing_warehouse, night_known_on, the_authority


@dataclass(frozen=True)
class Compared:
    """A freeze of the month and extract that were asked for. differs: measures that come out
    otherwise today, with the frozen figure. reasons: what was otherwise when it was frozen."""

    label: str
    differs: tuple[Figure, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """The measures of a month as known on an extract, and the freezes that can be held against
    them."""

    la_code: str
    month: date
    known_on: date
    figures: tuple[Figure, ...]
    freezes: tuple[Compared, ...]


def figures_known_on(
    url: str, known_on: date, *, month: date | None = None, la_code: str | None = None
) -> Figures:
    """Count the measures of a month as known on a day.

    known_on: any day; what counts is the last extract up to it. month: its first day; default:
    the last month that was over. Raises WrongUsage where there is no such warehouse, authority or
    night, the month was not over, or is before the calendar.
    """
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading() as session:
        extract = night_known_on(session, la_code, known_on).extract_date
        month = month or month_before(extract)
        check_month(month, extract)
        counting = count(
            session, la_code, measures(titles()), known_on=extract, first=month, last=month
        )
        found = counting.figures()
        return Figures(la_code, month, extract, found, _compared(counting, found, known_on))


def _compared(
    counting: Counting, found: tuple[Figure, ...], known_on: date
) -> tuple[Compared, ...]:
    """With the freezes of what was counted: also with one of a night that was taken back since.

    known_on: the day asked for.
    """
    session, la_code = counting.session, counting.la_code
    labels = session.rows(
        "select label from report.frozen_month where la_code = :la_code and month = :month "
        "and known_on between :first and :last order by label",
        la_code=la_code, month=counting.first, first=counting.known_on, last=known_on,
    )  # fmt: skip
    return tuple(
        Compared(
            label,
            _differing(counting, label, found),
            tuple(what_differs(session, la_code, label, counting.measures)),
        )
        for (label,) in labels
    )


def _differing(counting: Counting, label: str, found: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The frozen figures that come out otherwise, or not at all."""
    frozen = counting.session.rows(
        "select measure, month, numerator, denominator, value from report.monthly_measure "
        "where la_code = :la_code and label = :label order by measure",
        la_code=counting.la_code,
        label=label,
    )
    now = {figure.measure: figure for figure in found}
    return tuple(
        figure
        for figure in (Figure(*row) for row in frozen)
        if (other := now.get(figure.measure)) is None
        or (other.numerator, other.denominator) != (figure.numerator, figure.denominator)
    )
