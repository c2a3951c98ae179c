"""The last nights: what became of each, and how many days after the one before it it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.warehouse import existing_warehouse


@dataclass(frozen=True)
class NightRun:
    """One run. after: days since the night before it, of a loaded one. message: why it was stopped.
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
