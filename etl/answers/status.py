"""The last nights: what became of each, and how many days after the one before it it came; how each
council stands; and of which targets and comparators the latest figures have none of their own year.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from etl.errors import WrongUsage
from etl.publish.months import month_before
from etl.targets import NotSet, not_set
from etl.warehouse import Session, existing_warehouse


@dataclass(frozen=True)
class NightRun:
    """One run. finished_at: None where no release kept it. after: days since the night before it,
    of a loaded one. message: why it was stopped, or what is to be looked at.
    held_back: rows, None where the audit keeps them no more. new, closed: versions opened and
    ended."""

    run_id: str
    extract_date: date
    la_code: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    after: int | None
    held_back: int | None
    new: int
    closed: int
    message: str | None


@dataclass(frozen=True)
class Council:
    """How a council stands. name: None where the warehouse does not know it. last_run: None where
    it had none. last_loaded: the extract date of its last loaded night.

    is_stopped: its last night was stopped by a check. It was not, once a night of that date or a
    later one is loaded, nor once any night was loaded after it, though it was taken back since.
    """

    la_code: str
    name: str | None
    nights_loaded: int
    last_loaded: date | None
    last_run: NightRun | None
    is_stopped: bool

    def days_since(self, today: date) -> int | None:
        """From its last loaded extract to today; below nought where that is of a day to come."""
        return None if self.last_loaded is None else (today - self.last_loaded).days

    def is_late(self, today: date, within: int) -> bool:
        """Whether no extract is loaded whose date lies within so many days of today: one of far in
        the future is no figure of today either."""
        days = self.days_since(today)
        return days is None or abs(days) > within


def last_runs(url: str, nights: int, *, la_code: str | None = None) -> list[NightRun]:
    """The last runs, the latest first, of every council or of one. Raises WrongUsage where there is
    no such warehouse."""
    with existing_warehouse(url).reading() as session:
        return _runs(session, _LAST_NIGHTS, nights=nights, la_code=la_code)


def councils(
    url: str, *, expected: Collection[str] = (), la_code: str | None = None
) -> list[Council]:
    """The expected councils, also those that the warehouse has no run of; where none is named,
    every council that it has one of; in the order of their codes. Or the one asked for.

    One that the warehouse knows and nobody expects any more is not late for ever.

    Raises WrongUsage where there is no such warehouse, and where the one asked for is neither in it
    nor expected.
    """
    warehouse = existing_warehouse(url)
    with warehouse.reading() as session:
        names = dict(session.rows(_NAMES))
        loaded = {code: (nights, last) for code, nights, last in session.rows(_LOADED)}
        stopped = {code for (code,) in session.rows(_STOPPED)}
        last = {run.la_code: run for run in _runs(session, _LAST_OF_EACH)}
    if la_code is not None and la_code not in {*last, *expected}:
        raise _unknown(la_code, warehouse.shown(), sorted({*last, *expected}))
    asked = (set(expected) or {*last}) if la_code is None else {la_code}
    return [
        Council(
            code, names.get(code), *loaded.get(code, (0, None)), last.get(code), code in stopped
        )
        for code in sorted(asked)
    ]


def _unknown(la_code: str, where: str, known: list[str]) -> WrongUsage:
    return WrongUsage(
        f"The warehouse has no run of authority {la_code}.",
        where=where,
        means="Nothing was changed.",
        next=f"Say one of these with --la-code: {', '.join(known)}."
        if known
        else "Load its first night with `csc-etl load`.",
    )


def _runs(session: Session, sql: str, **parameters: Any) -> list[NightRun]:
    """The audit keeps instants in UTC, without a zone."""
    return [
        NightRun(*row[:4], *(at and at.replace(tzinfo=UTC) for at in row[4:6]), *row[6:])
        for row in session.rows(sql, **parameters)
    ]


def run_of(url: str, run_id: str) -> NightRun:
    """One run that the audit knows."""
    with existing_warehouse(url).reading() as session:
        (run,) = _runs(session, f"{_RUNS} where run.run_id = :run_id", run_id=run_id)
    return run


def to_look_at(url: str, run_id: str) -> list[str]:
    """What a loaded run warned of, a line each: what is empty on a first load, and that nothing
    changed since the load before."""
    with existing_warehouse(url).reading() as session:
        return [said for (said,) in session.rows(_WARNED_OF, run_id=run_id)]


def targets_not_set(url: str) -> list[tuple[str, NotSet]]:
    """By authority, of which targets and comparators the year of its last complete month has none,
    as its file of the last night said."""
    with existing_warehouse(url).reading() as session:
        extracts = session.rows("select la_code, extract_date from report.last_extract order by 1")
        entered = session.rows(_ENTERED)
    return [
        (la_code, lacking)
        for la_code, extract_date in extracts
        for lacking in not_set(
            ((scope, year) for of, scope, year in entered if of == la_code),
            month_before(extract_date),
        )
    ]


_ENTERED = """
select la_code, scope, financial_year from warehouse.dim_target
where known_to = date '9999-12-31'
union
select la_code, scope, financial_year from warehouse.dim_comparator
where known_to = date '9999-12-31'
"""
_WARNED_OF = """
select 'Empty throughout, though figures hang on it: ' || column_name || '.'
from audit.expectation_result
where run_id = :run_id and outcome = 'failed' and reason = 'empty_on_first_load'
union all
select message from audit.load_run where run_id = :run_id and message is not null
"""
_HELD_BACK = "select 1 from audit.rejected_row as rejected where rejected.run_id = {}.run_id"
# Detail goes by its age: where a run is known to have held rows back and not which any more, those
# of every run before it have gone too. What is asked for that, any reader of the audit may see.
_RUNS = f"""
select
    run.run_id, run.extract_date, run.la_code, run.status, run.started_at, run.finished_at,
    case when run.status = 'loaded' then run.extract_date - (
        select max(before.extract_date) from audit.load_run as before
        where before.la_code = run.la_code and before.status = 'loaded'
        and before.extract_date < run.extract_date
    ) end,
    case when exists ({_HELD_BACK.format("run")}) or not exists (
        select 1 from audit.load_run as purged
        where purged.la_code = run.la_code and purged.started_at >= run.started_at
        and exists (
            select 1 from audit.table_load as load
            where load.run_id = purged.run_id and load.held_back > 0
        )
        and not exists ({_HELD_BACK.format("purged")})
    ) then (select count(*) from audit.rejected_row as rejected where rejected.run_id = run.run_id)
    end,
    coalesce((select sum(new_versions) from audit.table_load as load
        where load.run_id = run.run_id), 0),
    coalesce((select sum(closed) from audit.table_load as load
        where load.run_id = run.run_id), 0),
    run.message
from audit.load_run as run
"""
_LAST_NIGHTS = f"""{_RUNS}
where run.la_code = coalesce(:la_code, run.la_code)
order by run.started_at desc
limit :nights
"""
_LAST_OF_EACH = f"""{_RUNS}
where not exists (
    select 1 from audit.load_run as later
    where later.la_code = run.la_code
    and (later.started_at, later.run_id) > (run.started_at, run.run_id)
)
"""
_NAMES = "select la_code, name from warehouse.dim_authority where known_to = date '9999-12-31'"
_LOADED = """
select la_code, count(*), max(extract_date) from audit.load_run
where status = 'loaded' group by la_code
"""
_STOPPED = """
select distinct stopped.la_code from audit.load_run as stopped
where stopped.status = 'stopped' and not exists (
    select 1 from audit.load_run as loaded
    where loaded.la_code = stopped.la_code and (
        loaded.status = 'loaded' and loaded.extract_date >= stopped.extract_date
        -- also one taken back since: what became of the last night then is that, and no stop
        or loaded.status in ('loaded', 'undone') and loaded.started_at >= stopped.started_at
    )
)
"""
