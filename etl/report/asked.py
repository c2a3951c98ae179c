"""What a report is asked of: a month, of whom, as known on which day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from etl.publish.as_known import AsKnown, seen_as_known, views_read
from etl.publish.counting import Counting
from etl.settings import REPORT


@dataclass(frozen=True)
class Asked:
    """la_code: whose. month: M's first day. known_on: the extract. label: of the freeze that is
    shown, if it is one. months: how many its charts show, M last."""

    la_code: str
    month: date
    known_on: date
    label: str | None
    months: int

    @property
    def first(self) -> date:
        """First day of the first month."""
        number = self.month.year * 12 + self.month.month - self.months
        return date(number // 12, number % 12 + 1, 1)

    @property
    def every_month(self) -> list[date]:
        """First days of all of them."""
        number = self.first.year * 12 + self.first.month - 1
        return [date(at // 12, at % 12 + 1, 1) for at in range(number, number + self.months)]

    @property
    def values(self) -> dict[str, Any]:
        """As SQL names them."""
        return {
            "la_code": self.la_code, "month": self.month, "known_on": self.known_on,
            "first": self.first, "label": self.label,
        }  # fmt: skip


@cache
def sql_of(name: str) -> str:
    """A file of ``sql/report/``."""
    return (REPORT / f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def counted_seen(counting: Counting, asked: Asked) -> Iterator[None]:
    """Make ``counted`` and ``counted_in_month``, which sql/report/README.md describes."""
    session = counting.session
    session.run(
        "create temporary table counted_in_month as "
        + (_AS_FROZEN if asked.label else _AS_COUNTED.format(counting.counted)),
        **asked.values,
    )
    session.run(
        f"create temporary view counted as select {_COLUMNS}, month from {counting.counted} "
        f"where month < date '{asked.month:%Y-%m-%d}' union all "
        f"select {_COLUMNS}, date '{asked.month:%Y-%m-%d}' as month from counted_in_month"
    )
    yield
    session.run("drop view counted")
    session.run("drop table counted_in_month")


@contextmanager
def records_seen(counting: Counting, asked: Asked, *sql: str, first: date) -> Iterator[None]:
    """Make the shared views that the SQL reads, of the months from the first to M, as known."""
    read = set().union(*(views_read(each) for each in sql))
    of = AsKnown(asked.la_code, asked.known_on, first, asked.month)
    with seen_as_known(counting.session, of, read):
        yield


_COLUMNS = "measure, child_key, team_key, subject_id, in_numerator, in_denominator"
_AS_COUNTED = f"select {_COLUMNS} from {{}} where month = :month"
_AS_FROZEN = (
    f"select {_COLUMNS} from report.frozen_subject where la_code = :la_code and label = :label"
)
