"""What of the last load is still in a source that holds the events since some day, once that day
has moved on: a census begins anew on 1 April, and what fell out of it then was not lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Table
from etl.contracts.looked_after_period import LOOKED_AFTER_PERIOD
from etl.contracts.register import BY_NAME, CONFORMED
from etl.run import Run
from etl.warehouse import Session

_CURRENT = "known_to = date '9999-12-31'"


def begin_anew(
    session: Session, run: Run, last: tuple[str, date], covered_from: Mapping[str, date]
) -> dict[str, date]:
    """The tables of ours whose door does not hold every event since the day that it did on the last
    load, but since a later one, by more than the days between the two; and that day. A window that
    moves with the days loses no more than a day's rows.

    last: run_id and extract date of the last load. covered_from: by table, since when its door
    holds every event; without those that are held since always.
    """
    before, elapsed = _covered_from(session, last[0]), run.extract_date - last[1]
    return {
        name: day
        for name, day in covered_from.items()
        if name in before and day - before[name] > elapsed
    }


def rows_still_held(session: Session, run: Run, anew: Mapping[str, date]) -> dict[str, int]:
    """By table of ours that begins anew, how many current rows its door still holds. anew: see
    ``begin_anew``."""
    facts = [table for table in CONFORMED if table.is_fact and table.dated_by]
    held = {table.name: _held_rows(table, anew.get(table.name)) for table in facts}
    asked = {name: rows for name, rows in held.items() if name in anew}
    if CHILD_TABLE.name in anew:
        asked[CHILD_TABLE.name] = " union ".join(held.values())
    return {
        name: session.rows(f"select count(*) from ({rows}) as held", la_code=run.la_code)[0][0]
        for name, rows in asked.items()
    }


def _covered_from(session: Session, run_id: str) -> dict[str, date]:
    """By table, since when that night's doors held every event: the day of its one door, or those
    of several."""
    rows = session.rows(
        "select observation, detail from audit.observation where run_id = :run_id "
        "and observation in ('covered_from', 'table_covered_from')",
        run_id=run_id,
    )
    found: dict[str, date] = {}
    for observation, detail in rows:
        table, _, day = detail.rpartition(": ")
        of = [table] if observation == "table_covered_from" else [each.name for each in CONFORMED]
        found |= dict.fromkeys(of, date.fromisoformat(day))
    return found


def _held_rows(table: Table, first_day: date | None) -> str:
    """The child of each row that the source still holds; None: it holds all."""
    is_held = _is_held(table, "fact", f"date '{first_day}'") if first_day else "true"
    return (
        f"select fact.child_key from warehouse.{table.warehouse} as fact "
        f"where fact.la_code = :la_code and fact.{_CURRENT} and {is_held}"
    )


def _is_held(table: Table, row: str, first_day: str) -> str:
    """What belongs to a referral or plan is held with it; else what has not ended before, and what
    has no end and did not happen before. So are the parts of a period of care: of one that goes on
    a return holds no more than what did not end before."""
    ends = [column.name for column in table.stored_columns
            if column.not_before == table.dated_by or column.name == "ended_date"]  # fmt: skip
    end = f"coalesce({row}.{ends[0]}, {first_day})" if ends else f"{row}.{table.dated_by}"
    owners = [BY_NAME[str(table.column(name).names)] for name in table.owned_through]
    if not owners or LOOKED_AFTER_PERIOD in (table, owners[0]):
        return f"{end} >= {first_day}"
    owner, its, through = owners[0], f"{row}_owner", table.owned_through[0]
    owner_is_held = _is_held(owner, its, first_day)
    return (
        f"coalesce((select {owner_is_held} from warehouse.{owner.warehouse} as {its} "
        f"where {its}.la_code = {row}.la_code and {its}.{owner.key[0]} = {row}.{through} "
        f"and {its}.{_CURRENT}), {end} >= {first_day})"
    )
