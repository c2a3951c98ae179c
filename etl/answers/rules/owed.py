"""What is owed on histories that are written down, by the product itself.

The chain is that of ``etl.derive.obligations`` and the status that of
``sql/queries/timescale_status.sql``, asked in a DuckDB in memory: no rule is said a second time
here, and no warehouse is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from etl.contracts.register import BY_NAME
from etl.derive.obligations import OWNERS, obligations
from etl.derive.rule import Rule
from etl.derive.standards import Standard
from etl.settings import QUERIES


@dataclass(frozen=True)
class History:
    """What happened to one subject, and the day as at which it is judged. done: the days of the
    events that stop its clocks; is_later: whether the rule's other allowance can apply to it."""

    started: date
    as_at: date
    done: tuple[date, ...] = ()
    ended: date | None = None
    is_later: bool = False


@dataclass(frozen=True)
class Owed:
    """One obligation as at its history's day; what comes after that day is absent."""

    sequence: int
    started: date
    due: date
    allowance: str
    done: date | None
    ended: date | None
    as_at: date
    status: str
    days_late: int | None

    def in_words(self) -> str:
        """'late by 1 day'."""
        by = f" by {self.days_late} day{'s' * (self.days_late != 1)}" if self.days_late else ""
        return {"not_due": "not due yet"}.get(self.status, self.status.replace("_", " ")) + by


def owed(rule: Rule, standards: list[Standard], histories: list[History]) -> tuple[list[Owed], ...]:
    """By history, its chain of obligations: those that have begun on its day."""
    found = obligations(rule, _tables(rule, histories), standards)
    number = found["subject_id"].astype("str").astype("int64")
    as_at = [histories[position].as_at for position in number]
    content = found[["sequence", "started_date", "due_date", "done_date", "closed_date"]].assign(
        subject_id=number, allowance=found["allowance"].astype("str"), as_at=_days(as_at)
    )
    chains: tuple[list[Owed], ...] = tuple([] for _ in histories)
    for position, *row in _judged(content):
        chains[position].append(Owed(*row))
    return chains


def next_due(rule: Rule, standards: list[Standard], history: History) -> date:
    """The due day of the last thing owed on a history, whatever its day."""
    found = obligations(rule, _tables(rule, [history]), standards)
    due: date = found["due_date"].iloc[-1].date()
    return due


def _judged(content: pd.DataFrame) -> list[tuple[Any, ...]]:
    """By obligation, the position of its history, then the fields of ``Owed``."""
    status = (QUERIES / "timescale_status.sql").read_text(encoding="utf-8")
    # Each row is asked as at its own day.
    asked = status.replace(":known_on", "as_at").replace(":on", "as_at")
    asked = asked.replace("select\n", "select as_at,\n", 1)
    with duckdb.connect() as connection:
        connection.register("given", content)
        connection.execute("create schema warehouse")
        connection.execute(_OBLIGATIONS)
        return connection.execute(_ASKED.format(status=asked)).fetchall()


# The columns that the status asks for and that say nothing of it are empty.
_OBLIGATIONS = """
create table warehouse.fact_timescale_obligation as
select
    * replace (
        started_date::date as started_date, due_date::date as due_date,
        done_date::date as done_date, closed_date::date as closed_date, as_at::date as as_at
    ),
    null as la_code, null as timescale, null as subject_type, null as child_key, null as team_key,
    null as timescale_key, null as working_days_taken, null as days_taken,
    null::date as first_recorded_date, null::date as not_recorded_before,
    date '0001-01-01' as known_from, date '9999-12-31' as known_to
from given
"""
_ASKED = """
select
    subject_id, sequence, started_date, due_date, allowance, done_date, closed_date, as_at,
    status, days_late
from ({status})
order by subject_id, sequence
"""


def _tables(rule: Rule, histories: list[History]) -> dict[str, pd.DataFrame]:
    """The tables of the rule's clock and stop, in which every row counts."""
    clock, stop = rule.clock, rule.stop
    ids = [str(position) for position, _ in enumerate(histories)]
    subjects = pd.DataFrame({clock.subject_id: pd.Series(ids, dtype="str")})
    subjects[clock.starts] = _days([each.started for each in histories])
    if clock.ends:
        subjects[clock.ends] = _days([each.ended for each in histories])
    if rule.later:
        subjects[rule.later.only] = [each.is_later for each in histories]
    happened = [(name, day) for name, each in zip(ids, histories, strict=True) for day in each.done]
    events = pd.DataFrame({stop.subject_id: pd.Series([name for name, _ in happened], dtype="str")})
    events[stop.date] = _days([day for _, day in happened])
    if stop.recorded:
        events[stop.recorded] = events[stop.date]
    named = (stop.meeting_id, BY_NAME[stop.table].key[0])
    for name in filter(None, named):
        if name not in events:
            events[name] = events[stop.subject_id]
    if clock.table == stop.table:
        subjects = subjects.merge(events, how="left", on=clock.subject_id)
        counted = _counted(subjects, clock.only + stop.only, clock.unless + stop.unless)
        return {clock.table: counted}
    tables = {
        clock.spells or clock.table: _counted(subjects, clock.only, clock.unless),
        stop.events or stop.table: _counted(events, stop.only, stop.unless),
    }
    if rule.closer:
        spans = subjects[[clock.subject_id]].iloc[:0]
        dates = {name: _days([]) for name in ("started_date", "ended_date")}
        flags = {rule.closer.flag: False} if rule.closer.flag else {}
        tables[rule.closer.spans] = spans.assign(**dates, **flags)
    return tables


def _counted(frame: pd.DataFrame, only: tuple[str, ...], unless: tuple[str, ...]) -> pd.DataFrame:
    """The rows as ones that count."""
    flags = dict.fromkeys((*unless, "is_merged"), False) | dict.fromkeys(only, True)
    nobody: list[date | None] = [None] * len(frame)
    return frame.assign(**flags, died_date=_days(nobody), **dict.fromkeys(OWNERS, "-"))


def _days(days: Sequence[date | None]) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(list(days), dtype="object"))).astype("datetime64[s]")
