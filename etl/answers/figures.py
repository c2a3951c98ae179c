"""Figures beyond those of the last night: as known on any day, frozen as published, and what has
moved since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from etl.authority import Authority
from etl.calendar.allowance import Allowance
from etl.calendar.working_days import FIRST_DAY, add, months_later
from etl.errors import WrongUsage
from etl.log import logger
from etl.night.figures import every_measure, records
from etl.publish.causes import CAUSES
from etl.publish.figures import count
from etl.publish.freezes import (
    Freeze,
    checked_label,
    default_label,
    freeze_month,
    nights_since,
    what_differs,
)
from etl.publish.measures import Measure
from etl.toml_reader import nearest
from etl.warehouse import (
    Session,
    existing_warehouse,
    loaded_nights,
    night_known_on,
    the_authority,
)


@dataclass(frozen=True)
class Figure:
    """A measure of a month. value: None where the denominator is 0."""

    measure: str
    numerator: int
    denominator: int | None
    value: float | None


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


@dataclass(frozen=True)
class Restated:
    """A frozen measure beside what it is now. causes: how many of the things counted moved, by
    cause; those that none did are left out."""

    measure: str
    published: Figure
    now: Figure
    difference: float | None
    causes: dict[str, int]

    @property
    def has_moved(self) -> bool:
        """Whether anything about it is not as published, were it only what it counts."""
        same = (self.published.numerator, self.published.denominator)
        return bool(self.causes) or same != (self.now.numerator, self.now.denominator)


@dataclass(frozen=True)
class Restatement:
    """What has moved in the month of a freeze. now_known_on: the last extract it was compared
    with; a month is compared as long as it is one of the last 25. nights_since: what became of the
    nights that it was made of."""

    la_code: str
    label: str
    month: date
    published_known_on: date
    now_known_on: date
    measures: tuple[Restated, ...]
    nights_since: tuple[str, ...]


def figures_known_on(
    url: str, known_on: date, *, month: date | None = None, la_code: str | None = None
) -> Figures:
    """Count the measures of a month as known on a day.

    known_on: any day; what counts is the last extract up to it. month: its first day; default:
    the last month that was over. Raises WrongUsage where there is no such warehouse, authority or
    night, the month was not over, or is before the calendar.
    """
    warehouse, every = existing_warehouse(url), every_measure()
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading() as session:
        extract = night_known_on(session, la_code, known_on).extract_date
        month = month or month_before(extract)
        check_month(month, extract)
        count(session, la_code, every, known_on=extract, first=month, last=month)
        rows = session.rows(
            "select measure, numerator, denominator, value from figure order by measure"
        )
        found = tuple(Figure(*row) for row in rows)
        freezes = _compared(session, la_code, month, (extract, known_on), found, every)
    return Figures(la_code, month, extract, found, freezes)


def _compared(
    session: Session,
    la_code: str,
    month: date,
    known_between: tuple[date, date],
    found: Sequence[Figure],
    every: list[Measure],
) -> tuple[Compared, ...]:
    """Also with a freeze of a night that was taken back since."""
    labels = session.rows(
        "select label from report.frozen_month where la_code = :la_code and month = :month "
        "and known_on between :first and :last order by label",
        la_code=la_code, month=month, first=known_between[0], last=known_between[1],
    )  # fmt: skip
    return tuple(
        Compared(
            label,
            _differing(session, la_code, label, found),
            tuple(what_differs(session, la_code, label, every)),
        )
        for (label,) in labels
    )


def _differing(
    session: Session, la_code: str, label: str, found: Sequence[Figure]
) -> tuple[Figure, ...]:
    """The frozen figures that come out otherwise, or not at all."""
    frozen = session.rows(
        "select measure, numerator, denominator, value from report.monthly_measure "
        "where la_code = :la_code and label = :label order by measure",
        la_code=la_code,
        label=label,
    )
    now = {figure.measure: figure for figure in found}
    return tuple(
        figure
        for figure in (Figure(*row) for row in frozen)
        if (other := now.get(figure.measure)) is None
        or (other.numerator, other.denominator) != (figure.numerator, figure.denominator)
    )


def freeze(
    url: str,
    month: date,
    *,
    frozen_at: datetime,
    label: str | None = None,
    known_on: date | None = None,
    la_code: str | None = None,
) -> Freeze:
    """Store a month's figures for ever. Returns what was stored.

    label: default: the month and ``published``. known_on: any day; default: the last extract.
    Raises WrongUsage where the label is taken or cannot be one, the month was not over, or is
    before the calendar.
    """
    label = default_label(month) if label is None else checked_label(label, month)
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.writing(la_code) as session:
        extract = night_known_on(session, la_code, known_on or date.max).extract_date
        check_month(month, extract)
        asked = Freeze(la_code, month, label, extract, frozen_at)
        freeze_month(session, asked, every_measure(), records())
    logger.info("frozen: '%s', as known on %s", asked.label, asked.known_on)
    return asked


def freeze_when_due(url: str, authority: Authority, *, frozen_at: datetime) -> list[Freeze]:
    """Freeze every month whose day has come, as known on the first extract of that day or later,
    if no freeze has the month's own label. Returns what was frozen.

    The day is that working day of the following month which the authority's file sets. Months
    whose day was before the authority's first extract are left: nobody could have published them.
    """
    warehouse = existing_warehouse(url)
    la_code = authority.la_code
    with warehouse.reading() as session:
        extracts = [night.extract_date for night in loaded_nights(session, la_code)]
        taken = {
            label
            for (label,) in session.rows(
                "select label from report.frozen_month where la_code = :la_code", la_code=la_code
            )
        }
    return [
        freeze(url, month, frozen_at=frozen_at, known_on=known_on, la_code=la_code)
        for month, known_on in _months_due(extracts, authority.freeze_working_day)
        if default_label(month) not in taken
    ]


def _months_due(extracts: list[date], freeze_working_day: int) -> list[tuple[date, date]]:
    """Months whose day has come, each with the first extract of that day or later."""
    if not extracts:
        return []
    first, last = extracts[0].replace(day=1), extracts[-1].replace(day=1)
    starts = pd.Series(pd.date_range(first, last, freq="MS"))
    days = _freeze_days(starts, freeze_working_day)
    return [
        (month_before(start.date()), min(day for day in extracts if day >= due))
        for start, due in zip(starts, days, strict=True)
        if extracts[0] <= due <= extracts[-1]
    ]


def _freeze_days(starts: pd.Series, freeze_working_day: int) -> list[date]:
    """That working day of each month, counted from its first."""
    before = (starts - pd.Timedelta(days=1)).to_numpy().astype("datetime64[D]")
    days = add(before, Allowance(freeze_working_day, "working days"))
    return [day.astype(object) for day in np.asarray(days)]


def restatement(
    url: str, month: date, *, label: str | None = None, la_code: str | None = None
) -> Restatement:
    """What has moved in a month since it was frozen.

    label: of the freeze; default: the month's only one. Raises WrongUsage where there is none.
    """
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading() as session:
        label = _the_label(session, la_code, month, label)
        rows = session.rows(_RESTATEMENT, la_code=la_code, label=label)
        since = nights_since(session, la_code, label)
    published, now = rows[0][:2]
    return Restatement(
        la_code, label, month, published, now, tuple(_restated(row[2:]) for row in rows),
        tuple(since),
    )  # fmt: skip


def moved_subjects(url: str, found: Restatement, measure: str) -> list[tuple[str, str, str, str]]:
    """What moved in one measure of a restatement: id, cause, and its place then and now, in words.

    Raises WrongUsage where there is no such measure.
    """
    known = [restated.measure for restated in found.measures]
    if measure not in known:
        raise WrongUsage(
            f"There is no measure '{measure}'{nearest(measure, known)}.",
            where="measure",
            means="Nothing was changed.",
            next="docs/reference/measures.md describes each.",
        )
    with existing_warehouse(url).reading() as session:
        rows = session.rows(
            "select subject_id, cause, was_in_numerator, was_in_denominator, is_in_numerator, "
            "is_in_denominator from report.restated_subject where la_code = :la_code "
            "and label = :label and measure = :measure order by cause, subject_id",
            la_code=found.la_code, label=found.label, measure=measure,
        )  # fmt: skip
    return [(subject, cause, _place(*row[:2]), _place(*row[2:])) for subject, cause, *row in rows]


def _place(in_numerator: int | None, in_denominator: int | None) -> str:
    if in_numerator is None:
        return "not counted"
    if in_denominator is None:
        return "counted"
    return "counts for" if in_numerator else "counts against"


def _the_label(session: Session, la_code: str, month: date, asked: str | None) -> str:
    rows = session.rows(
        "select label from report.frozen_month where la_code = :la_code and month = :month "
        "order by frozen_at",
        la_code=la_code,
        month=month,
    )
    there = [label for (label,) in rows]
    if asked in there or (asked is None and len(there) == 1):
        return asked or there[0]
    raise WrongUsage(
        f"{month:%B %Y} has no freeze{' of that label' if there and asked else ''}."
        if asked or not there
        else f"{month:%B %Y} has several freezes.",
        where=f"authority {la_code}",
        means="Nothing was changed.",
        next=f"Say which with --label: {'; '.join(there)}."
        if there
        else f"Freeze it first: `csc-etl freeze {month:%Y-%m}`.",
    )


_CAUSE_COLUMNS = {cause: cause.replace(" ", "_") for cause in CAUSES}
_RESTATEMENT = f"""
select published_known_on, now_known_on, measure, published_numerator, published_denominator,
    published, now_numerator, now_denominator, now, difference, {", ".join(_CAUSE_COLUMNS.values())}
from report.restatement
where la_code = :la_code and label = :label
order by measure
"""


def _restated(row: tuple[Any, ...]) -> Restated:
    measure, published, now, difference = row[0], row[1:4], row[4:7], row[7]
    counts = zip(CAUSES, row[8:], strict=True)
    return Restated(
        measure,
        Figure(measure, *published),
        Figure(measure, *now),
        difference,
        {cause: moved for cause, moved in counts if moved},
    )


def month_before(day: date) -> date:
    """The first day of the month before a day's own: the last one that was over."""
    first = pd.Series(pd.to_datetime([day.replace(day=1)]))
    found: date = months_later(first, -1)[0].date()
    return found


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
