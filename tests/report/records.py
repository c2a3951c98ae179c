"""Records of figures for tests, made by hand: no warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from etl.night.publishing import titles
from etl.publish.measures import measures
from etl.report.figures import span_of
from etl.report.outline import SECTIONS
from etl.report.record import (
    COUNT,
    COUNTED,
    NOT_COMPARABLE,
    PER_10000,
    Point,
    Reference,
    Report,
    Series,
)

OCTOBER = date(2014, 10, 1)
CHILDREN = 45_000
MEASURES = {measure.measure: measure for measure in measures(titles())}


def months(count: int = 25, last: date = OCTOBER) -> tuple[date, ...]:
    """First days of that many months, the last of them last."""
    number = last.year * 12 + last.month - 1
    return tuple(
        date(each // 12, each % 12 + 1, 1) for each in range(number - count + 1, number + 1)
    )


def point(month: date, figure: Any, **more: Any) -> Point:
    """Of a number, of ``(numerator, denominator)``, or of None: n/c."""
    if figure is None:
        return Point(month, state=NOT_COMPARABLE, **more)
    numerator, denominator = figure if isinstance(figure, tuple) else (figure, None)
    return Point(month, numerator, denominator, COUNTED, **more)


def series(measure: str, figures: Sequence[Any], last: date = OCTOBER, **more: Any) -> Series:
    """A measure's months up to the last, as many as there are figures (see ``point``)."""
    said = MEASURES[measure]
    if said.unit == PER_10000:
        figures = [(each, CHILDREN) if isinstance(each, int) else each for each in figures]
    when = months(len(figures), last)
    return Series(
        measure, said.title, said.definition, said.unit, said.better, said.citation,
        span_of(said),
        tuple(point(month, figure) for month, figure in zip(when, figures, strict=True)),
        **more,
    )  # fmt: skip


def reference(value: str, financial_year: str = "2014/15") -> Reference:
    """A target or comparator, as entered."""
    return Reference(Decimal(value), financial_year)


def report(*of: Series, last: date = OCTOBER, **more: Any) -> Report:
    """A report of October 2014 as known on 3 November, of these measures."""
    following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    year = last.year if last.month > 3 else last.year - 1
    said: dict[str, Any] = {
        "la_code": "874",
        "authority": "Peterborough",
        "month": last,
        "last_day": following - timedelta(days=1),
        "known_on": following + timedelta(days=2),
        "label": None,
        "months": months(25, last),
        "financial_year": f"{year}/{(year + 1) % 100:02d}",
        "series": {each.measure: each for each in of},
    }
    return Report(**said | more)


def steady(last: date = OCTOBER) -> Report:
    """Every measure of the report, the same in each of 25 months."""
    made = []
    for section in SECTIONS:
        for measure in section.measures:
            unit = MEASURES[measure].unit
            figure: Any = 40 if unit in (COUNT, PER_10000) else (90, 100)
            made.append(series(measure, [figure] * 25, last))
    return report(*made, last=last)
