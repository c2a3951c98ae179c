"""Each measure over the months of the report, with what it is compared with."""

from __future__ import annotations

from datetime import date
from typing import Any

from etl.publish.as_known import FACT_OF
from etl.publish.counting import Counting
from etl.publish.measures import Measure
from etl.publish.months import publication_of
from etl.report.asked import Asked, records_seen, sql_of
from etl.report.record import (
    AT_END,
    COUNT,
    COUNTED,
    MISSING,
    MONTH,
    NOT_COMPARABLE,
    TWELVE_MONTHS,
    YEAR_TO_DATE,
    Beginning,
    Point,
    Published,
    Reference,
    Series,
    Step,
)
from etl.targets import financial_year

_OVER = {"over 12 months": TWELVE_MONTHS, "year to date": YEAR_TO_DATE}
# What is open at a month's end, though its history goes by what was received.
_OPEN_AT_END = ("in_need_over_9_months",)
# By the column of its day, what a thing did that a measure counts.
HAPPENED = {
    "received_date": "was received",
    "started_date": "started",
    "ended_date": "ended",
    "authorised_date": "was completed",
    "completed_date": "was completed",
    "held_date": "was held",
    "visited_date": "was made",
    "closed_date": "was closed",
    "contacted_date": "was made",
}


# By the last word of a timescale, what is owed by it.
_OWED = {"review": "review", "visit": "visit", "conference": "conference"}


def span_of(measure: Measure) -> str:
    """What a month's figure of a measure is of, as the head of its file says."""
    if measure.history.over:
        return _OVER[measure.history.over]
    at_end = measure.history.kind == "stock" or measure.measure in _OPEN_AT_END
    return AT_END if at_end else MONTH


def series_of(counting: Counting, asked: Asked) -> dict[str, Series]:
    """Every measure that was counted, by its name; of a freeze those that were frozen."""
    references, steps = _references(counting, asked), _steps(counting, asked)
    figures, bounds = _figures(counting, asked), _bounds(counting)
    told = publication_of(counting.session, asked.la_code, asked.known_on).history_from
    return {
        measure.measure: Series(
            measure=measure.measure,
            title=measure.title,
            definition=measure.definition,
            unit=measure.unit,
            better=measure.better,
            citation=measure.citation,
            span=span_of(measure),
            points=figures[measure.measure],
            beginning=_beginning(measure, bounds[measure.measure], told),
            step=steps.get(measure.measure),
            **references.get(measure.measure, {}),
        )
        for measure in counting.measures
        if measure.measure in figures
    }


def _bounds(counting: Counting) -> dict[str, tuple[Any, ...]]:
    """By measure, since when it may be compared and what says so."""
    rows = counting.session.rows(
        f"select measure, comparable_from, bound_date, is_bound_by_end from {counting.history}"
    )
    return {measure: tuple(said) for measure, *said in rows}


def _beginning(measure: Measure, bound: tuple[Any, ...], told: date | None) -> Beginning:
    """Why its first months may not be compared. told: since when the authority's file says that
    its extract is whole."""
    _, day, by_end = bound
    history = measure.history
    if told and day:
        return Beginning(FACT_OF[f"known_{history.fact}"].noun, "began", told, is_as_told=True)
    if history.kind == "due":
        owed = next(iter(measure.timescales), "").rpartition("_")[2]
        return Beginning(_OWED.get(owed, "obligation"), "fell due", day)
    contract = FACT_OF[f"known_{history.fact}"]
    is_of_end = by_end or history.kind == "ends"
    column = history.last if is_of_end and history.last else history.first
    return Beginning(contract.noun, HAPPENED[column], day)


def _figures(counting: Counting, asked: Asked) -> dict[str, tuple[Point, ...]]:
    """By measure of which M is published, the months of the report; M as it was frozen where it is
    a freeze's. A month that is not published cannot be compared either."""
    session = counting.session
    figures = {
        (measure, month): (numerator, denominator)
        for measure, month, numerator, denominator in session.rows(
            f"select measure, month, numerator, denominator from {counting.figure}"
        )
    }
    months = asked.every_month
    shown = {measure for measure, month in figures if month == asked.month}
    if asked.label:
        frozen = session.rows(_FROZEN, **asked.values)
        shown = {measure for measure, *_ in frozen} & shown
        figures |= {(measure, asked.month): tuple(figure) for measure, *figure in frozen}
    awaiting = _awaiting(counting, asked)
    since = {measure: said[0] for measure, said in _bounds(counting).items()}
    published = _published(counting, asked)
    units = {measure.measure: measure.unit for measure in counting.measures}
    return {
        measure: tuple(
            _point(
                units[measure], month, figures.get((measure, month)),
                is_comparable=since[measure] is not None and month >= since[measure],
                awaiting=awaiting.get((measure, month), 0),
                published=published.get((measure, month)),
            )
            for month in months
        )
        for measure in shown
    }  # fmt: skip


def _point(
    unit: str,
    month: date,
    figure: tuple[int | None, int | None] | None,
    *,
    is_comparable: bool,
    awaiting: int,
    published: Published | None,
) -> Point:
    if figure is None or not is_comparable:
        return Point(month, state=NOT_COMPARABLE)
    numerator, denominator = figure
    if published and (published.numerator, published.denominator) == (numerator, denominator):
        published = None
    has_value = numerator is not None and (unit == COUNT or bool(denominator))
    state = COUNTED if has_value else MISSING
    return Point(month, numerator, denominator, state, awaiting, published)


_FROZEN = """
select measure, numerator, denominator from report.monthly_measure
where la_code = :la_code and month = :month and label = :label
"""


def _published(counting: Counting, asked: Asked) -> dict[tuple[str, date], Published]:
    """By measure and month, what its last freeze before the report's day says."""
    rows = counting.session.rows(_PUBLISHED, **asked.values)
    return {(measure, month): Published(*said) for measure, month, *said in rows}


# Of several freezes of a month the one that was known last, then made last.
_PUBLISHED = """
select published.measure, published.month, published.numerator, published.denominator,
    published.known_on
from report.monthly_measure as published
join (
    select distinct on (month) month, label
    from report.frozen_month
    where la_code = :la_code and known_on < :known_on and month between :first and :month
    order by month, known_on desc, frozen_at desc
) as frozen
    on frozen.label = published.label and frozen.month = published.month
where published.la_code = :la_code
"""


def _awaiting(counting: Counting, asked: Asked) -> dict[tuple[str, date], int]:
    """By measure and month, how many of what is not in time only lack their record."""
    sql = sql_of("awaiting_record")
    with records_seen(counting, asked, sql, first=asked.first):
        rows = counting.session.rows(sql, **asked.values)
    return {(measure, month): awaiting for measure, month, awaiting in rows}


def _references(counting: Counting, asked: Asked) -> dict[str, dict[str, Any]]:
    """By measure, its target of M's financial year, and its comparators of that or else the latest
    before it; by the names that they have in a series."""
    rows = counting.session.rows(
        _REFERENCES, **asked.values, financial_year=financial_year(asked.month)
    )
    found: dict[str, dict[str, Any]] = {}
    for measure, scope, value, year in rows:
        found.setdefault(measure, {})[_NAMES[scope]] = Reference(value, year)
    return found


def _steps(counting: Counting, asked: Asked) -> dict[str, Step]:
    """By measure, the last known step in it up to M."""
    rows = counting.session.rows(_STEPS, **asked.values)
    return {measure: Step(month, reason) for measure, month, reason in rows}


_STEPS = """
select distinct on (measure) measure, month, reason from warehouse.dim_publication_step
where la_code = :la_code and known_from <= :known_on and :known_on < known_to and month <= :month
order by measure, month desc
"""
_NAMES = {"target": "target", "england": "england", "statistical_neighbours": "neighbours"}
_REFERENCES = """
select distinct on (measure, scope) measure, scope, cast(value as decimal(28, 10)), financial_year
from (
    select measure, scope, value, financial_year from warehouse.dim_target
    where la_code = :la_code and known_from <= :known_on and :known_on < known_to
    and financial_year = :financial_year
    union all
    select measure, scope, value, financial_year from warehouse.dim_comparator
    where la_code = :la_code and known_from <= :known_on and :known_on < known_to
    and financial_year <= :financial_year
) as entered
order by measure, scope, financial_year desc
"""
