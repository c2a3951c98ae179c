"""Reads the record of figures from the warehouse: what was counted, as known on a day, and what is
to be known to read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from etl.errors import WrongUsage
from etl.night.publishing import titles
from etl.publish.counting import Counting, count
from etl.publish.measures import measures
from etl.report.asked import Asked, counted_seen
from etl.report.figures import series_of
from etl.report.parts import breakdowns_of, reviews_of, teams_of
from etl.report.record import Report, Series
from etl.report.restating import restated_of
from etl.report.surroundings import (
    JUDGED_BY,
    absent_of,
    account_of,
    earlier_freezes,
    newest_of,
    population_of,
    rules_of,
    with_held_back,
)
from etl.report.usual_range import usual_range
from etl.targets import financial_year
from etl.warehouse import Session


def read_report(session: Session, asked: Asked, *, only: Collection[str] = ()) -> Report:
    """All that a report of a month says, as known on an extract.

    only: these measures alone; by default every one.

    The months before the first that the authority publishes are counted too: what of them may be
    compared, each measure's history says.
    """
    every = [each for each in measures(titles()) if not only or each.measure in only]
    counting = count(
        session, asked.la_code, every, known_on=asked.known_on, first=asked.first,
        last=asked.month,
    )  # fmt: skip
    with counted_seen(counting, asked):
        series = series_of(counting, asked)
        if not series:
            raise _nothing_published(asked)
        account, held = account_of(counting, asked)
        newest = newest_of(counting, asked)
        [(name, last_day, judged_after)] = session.rows(_OF_MONTH, **asked.values)
        is_stale = not reaches(newest, judged_after)
        return Report(
            la_code=asked.la_code,
            authority=name,
            month=asked.month,
            last_day=last_day,
            known_on=asked.known_on,
            label=asked.label,
            months=tuple(asked.every_month),
            financial_year=financial_year(asked.month),
            series=with_held_back(
                series if is_stale else _with_usual_ranges(series), counting.measures, held
            ),
            breakdowns=breakdowns_of(counting, asked, series),
            teams=teams_of(counting, asked, series),
            reviews=reviews_of(counting, asked, series),
            rules=rules_of(counting, asked),
            absent=absent_of(counting, asked, every),
            account=account,
            newest=newest,
            population=population_of(counting, asked),
            restated=restated_of(counting, asked, series),
            earlier=earlier_freezes(counting, asked),
            has_targets=_has_targets(counting, asked),
            is_stale=is_stale,
            corrected_records=_corrected(series),
        )


def _nothing_published(asked: Asked) -> WrongUsage:
    return WrongUsage(
        f"Nothing is published of {asked.month:%B %Y} as known on {asked.known_on}: the source "
        "holds nothing of it, or not all that a figure looks at.",
        where=f"month {asked.month:%Y-%m}, authority {asked.la_code}",
        means="Nothing was written.",
        next="Ask for a later month; `csc-etl status --not-published` says since when figures are "
        "published.",
    )


def _with_usual_ranges(series: dict[str, Series]) -> dict[str, Series]:
    """Of an extract that does not reach to the month's end nothing is tested."""
    return {
        name: replace(one, usual=usual_range(one.unit, one.span, one.points, one.step))
        for name, one in series.items()
    }


# T less 3 working days: something must be newer than that, for the month to be judged.
_OF_MONTH = """
select authority.name, month.month_end, (
    select max(day.date) from warehouse.dim_date as day
    where day.is_working_day and day.working_day_number = last_day.working_day_number - 3
)
from warehouse.dim_date as month
join warehouse.dim_date as last_day on last_day.date = month.month_end
cross join warehouse.dim_authority as authority
where month.date = :month and authority.la_code = :la_code
and authority.known_from <= :known_on and :known_on < authority.known_to
"""


def reaches(newest: Mapping[str, date | None], judged_after: date) -> bool:
    """Whether something by which a month is judged is newer than that day."""
    days = [day for thing in JUDGED_BY if (day := newest[thing])]
    return bool(days) and max(days) > judged_after


def _has_targets(counting: Counting, asked: Asked) -> bool:
    rows = counting.session.rows(
        "select 1 from warehouse.dim_target where la_code = :la_code and known_from <= :known_on "
        "and :known_on < known_to and financial_year = :financial_year limit 1",
        **asked.values, financial_year=financial_year(asked.month),
    )  # fmt: skip
    return bool(rows)


def _corrected(series: dict[str, Series]) -> int:
    """By how many the children looked after changed in M beside those who started and ceased."""
    points = [series[name].now for name in ("looked_after_started", "looked_after_ceased")
              if name in series]  # fmt: skip
    stock = series.get("looked_after")
    before = stock.month_before if stock else None
    if stock is None or before is None or len(points) < 2:
        return 0
    numbers = [point.numerator for point in (*points, stock.now, before)]
    if any(number is None for number in numbers):
        return 0
    started, ceased, now, then = (number or 0 for number in numbers)
    return abs((started - ceased) - (now - then))
