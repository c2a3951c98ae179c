"""What became of a day's night, a council at a time: the account that the messages of the schedule
and the events of the warehouse give of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from etl.errors import NightError
from etl.warehouse import existing_warehouse

# not_known: the warehouse is not there, or cannot be asked; the message says why.
Became = Literal["loaded", "stopped", "undone", "nothing", "not_known"]


@dataclass(frozen=True)
class Account:
    """One council's night of one day.

    became: loaded; stopped by a check; undone, that is loaded and taken back; nothing, where the
    audit knows of no run; not_known. message: why it was stopped, what is to be looked at in a
    loaded one, or why it is not known; never a value of a record. held_back: rows. new, closed:
    versions. newest_event: the latest day of which the extract tells anything.
    """

    la_code: str
    extract_date: date
    became: Became
    message: str | None = None
    held_back: int = 0
    new: int = 0
    closed: int = 0
    newest_event: date | None = None
    run_id: str | None = None


def accounts_of(url: str, la_codes: Iterable[str], extract_date: date) -> list[Account]:
    """An account for each of the councils, in their order. A warehouse that cannot be asked is an
    answer too: raises nothing for it."""
    try:
        with existing_warehouse(url).reading() as session:
            rows = session.rows(_OF_THE_DAY, extract_date=extract_date)
    except NightError as error:
        return [Account(code, extract_date, "not_known", error.what) for code in la_codes]
    found = {row[0]: _account(extract_date, *row) for row in rows}
    return [found.get(code) or Account(code, extract_date, "nothing") for code in la_codes]


def extra_of(account: Account) -> dict[str, str | int | None]:
    """The account as text and numbers alone, for the event that tells of a loaded night."""
    return {
        "la_code": account.la_code,
        "extract_date": account.extract_date.isoformat(),
        "run_id": account.run_id,
        "held_back": account.held_back,
        "new": account.new,
        "closed": account.closed,
        "newest_event": account.newest_event.isoformat() if account.newest_event else None,
    }


def _account(
    extract_date: date, la_code: str, run_id: str, became: Became, message: str | None,
    held_back: int, new: int, closed: int, days_since: int | None,
) -> Account:  # fmt: skip
    newest = None if days_since is None else extract_date - timedelta(days=int(days_since))
    return Account(
        la_code, extract_date, became, message, int(held_back), int(new), int(closed), newest,
        run_id,
    )  # fmt: skip


# Of several runs of a day the loaded one counts, whatever was tried after it; else the last.
_OF_THE_DAY = """
with ranked as (
    select la_code, run_id, status, message, row_number() over (
        partition by la_code
        order by case when status = 'loaded' then 0 else 1 end, started_at desc, run_id
    ) as of_that_day
    from audit.load_run where extract_date = :extract_date
)
select
    ranked.la_code, ranked.run_id, ranked.status, ranked.message,
    (select count(*) from audit.rejected_row as rejected
        where rejected.run_id = ranked.run_id),
    coalesce((select sum(new_versions) from audit.table_load as load
        where load.run_id = ranked.run_id), 0),
    coalesce((select sum(closed) from audit.table_load as load
        where load.run_id = ranked.run_id), 0),
    (select min(days_since_newest_event) from audit.table_load as load
        where load.run_id = ranked.run_id)
from ranked where of_that_day = 1
"""
