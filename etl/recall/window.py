"""What of the last load is still in a source that holds the events since some day, once that day
has moved on: a census begins anew on 1 April, and what fell out of it then was not lost."""

from __future__ import annotations

from datetime import date
from typing import Any

from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Table
from etl.contracts.register import BY_NAME, CONFORMED
from etl.run import Run
from etl.warehouse import Session

_FIRST_DAY = "cast(:covered_from as date)"
_CURRENT = "known_to = date '9999-12-31'"


def rows_still_held(
    session: Session, run: Run, last: tuple[str, date], covered_from: date | None
) -> dict[str, int] | None:
    """By table of ours, how many current rows a source holds that begins on ``covered_from``; None
    where it does not begin later than the last load's, by more than the days between the two. A
    window that moves with the days loses no more than a day's rows.

    last: run_id and extract date of the last load.
    """
    before = _covered_from(session, last[0])
    if covered_from is None or before is None:
        return None
    if covered_from - before <= run.extract_date - last[1]:
        return None
    known: dict[str, Any] = {"la_code": run.la_code, "covered_from": covered_from}
    facts = [table for table in CONFORMED if table.is_fact and table.dated_by]
    held = {table.name: _held_rows(table) for table in facts}
    found = {
        name: session.rows(f"select count(*) from ({rows}) as held", **known)[0][0]
        for name, rows in held.items()
    }
    children = " union ".join(held.values())
    counted = session.rows(f"select count(*) from ({children}) as held", **known)[0][0]
    return {**found, CHILD_TABLE.name: counted}


def _covered_from(session: Session, run_id: str) -> date | None:
    rows = session.rows(
        "select max(detail) from audit.observation "
        "where run_id = :run_id and observation = 'covered_from'",
        run_id=run_id,
    )
    return date.fromisoformat(rows[0][0]) if rows[0][0] else None


def _held_rows(table: Table) -> str:
    """The child of each row that the source still holds."""
    return (
        f"select fact.child_key from warehouse.{table.warehouse} as fact "
        f"where fact.la_code = :la_code and fact.{_CURRENT} and {_is_held(table, 'fact')}"
    )


def _is_held(table: Table, row: str) -> str:
    """What belongs to a referral or plan is held with it; else what has not ended before, and what
    has no end and did not happen before."""
    ends = [column.name for column in table.stored_columns if column.not_before == table.dated_by]
    end = f"coalesce({row}.{ends[0]}, {_FIRST_DAY})" if ends else f"{row}.{table.dated_by}"
    if not table.owned_through:
        return f"{end} >= {_FIRST_DAY}"
    [through, *_] = table.owned_through
    owner, its = BY_NAME[str(table.column(through).names)], f"{row}_owner"
    return (
        f"coalesce((select {_is_held(owner, its)} from warehouse.{owner.warehouse} as {its} "
        f"where {its}.la_code = {row}.la_code and {its}.{owner.key[0]} = {row}.{through} "
        f"and {its}.{_CURRENT}), {end} >= {_FIRST_DAY})"
    )
