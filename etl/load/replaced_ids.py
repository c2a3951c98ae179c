"""Counts ids that went and came: where a source has no ids of its own records, one is made of the
child and the record's date, so that a date that was corrected looks like a record that went and
another that came."""

from __future__ import annotations

from etl.contracts.contract import Table
from etl.contracts.register import FACTS
from etl.run import Run
from etl.warehouse import Session


def replaced_ids(session: Session, run: Run) -> dict[str, int]:
    """By table, how many ids of the night before went in whose place another of the same child
    came tonight; without tables of which none did."""
    found = {}
    for table in FACTS:
        if table.is_conformed:
            [(rows,)] = session.rows(_replaced(table), la_code=run.la_code, night=run.extract_date)
            if rows:
                found[table.name] = int(rows)
    return found


def _replaced(table: Table) -> str:
    fact, key = f"warehouse.{table.warehouse}", table.key[0]
    return f"""
        select sum(least(went, came))
        from (
            select
                child_key,
                count(case when until = :night then 1 end) as went,
                count(case when since = :night then 1 end) as came
            from (
                select child_key, {key}, min(known_from) as since, max(known_to) as until
                from {fact}
                where la_code = :la_code
                group by child_key, {key}
            ) as each_id
            group by child_key
        ) as of_child
    """
