"""The last nights: what became of each, and how many days after the one before it it came; and of
which targets and comparators the latest figures have none of their own year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.publish.months import month_before
from etl.targets import NotSet, not_set
from etl.warehouse import existing_warehouse


@dataclass(frozen=True)
class NightRun:
    """One run. after: days since the night before it, of a loaded one. message: why it was stopped,
    or what is to be looked at.
    held_back, new, closed: rows held back, versions opened and ended."""

    extract_date: date
    la_code: str
    status: str
    after: int | None
    held_back: int
    new: int
    closed: int
    message: str | None


def last_runs(url: str, nights: int) -> list[NightRun]:
    """The last runs, the latest first. Raises WrongUsage where there is no such warehouse."""
    with existing_warehouse(url).reading() as session:
        return [NightRun(*row) for row in session.rows(_LAST_NIGHTS, nights=nights)]


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
_LAST_NIGHTS = """
select
    run.extract_date, run.la_code, run.status,
    case when run.status = 'loaded' then run.extract_date - (
        select max(before.extract_date) from audit.load_run as before
        where before.la_code = run.la_code and before.status = 'loaded'
        and before.extract_date < run.extract_date
    ) end,
    (select count(*) from audit.rejected_row as rejected where rejected.run_id = run.run_id),
    coalesce((select sum(new_versions) from audit.table_load as load
        where load.run_id = run.run_id), 0),
    coalesce((select sum(closed) from audit.table_load as load
        where load.run_id = run.run_id), 0),
    run.message
from audit.load_run as run
order by run.started_at desc
limit :nights
"""
