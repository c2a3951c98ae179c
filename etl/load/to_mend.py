"""Which records are held back or reported by checks, and since when, for those who mend them: in
``restricted``, as their ids tell whose they are."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow.parquet as pq

from etl.contracts.child import CHILD_TABLE
from etl.contracts.hand_overs import READING, REJECTED, REPORTED
from etl.contracts.register import PERSONS
from etl.run import Run
from etl.warehouse import Session
from etl.warehouse.to_mend import HELD_BACK_TABLE, MEND_TABLES, REPORTED_TABLE, MendTable

# What a night hands over of each.
_TONIGHT = {HELD_BACK_TABLE: REJECTED, REPORTED_TABLE: REPORTED}
_SAME = " and ".join(
    f"arriving.{name} = known.{name}"
    for name in ("table_name", "record_id", "case_number", "column_name", "reason")
)


def write_records_to_mend(session: Session, run: Run, *, known_by_number: Collection[str]) -> None:
    """Note tonight's records that are held back or reported, and close those that no longer are.

    known_by_number: the tables of persons whose numbers are staged as ``identity_<name>``. Records
    of which nothing tells one from another are one.
    """
    for table in MEND_TABLES:
        session.stage(f"{table.name}_tonight", pq.read_table(_TONIGHT[table].at(run)))
        _name(session, run, table, known_by_number)
        _write(session, run, table)


def _write(session: Session, run: Run, table: MendTable) -> None:
    values = {"la_code": run.la_code, "extract_date": run.extract_date}
    session.run(
        f"update restricted.{table.name} as known set {table.until} = :extract_date "
        f"where la_code = :la_code and {table.until} = date '9999-12-31' "
        f"and not exists (select 1 from arriving_{table.name} as arriving where {_SAME})",
        **values,
    )
    session.run(
        f"insert into restricted.{table.name} (la_code, table_name, record_id, case_number, "
        f"column_name, reason, {table.since}, {table.until}, team_key) "
        "select :la_code, table_name, record_id, case_number, column_name, reason, :extract_date, "
        f"date '9999-12-31', team_key from arriving_{table.name} as arriving where not exists ("
        f"select 1 from restricted.{table.name} as known where la_code = :la_code "
        f"and {table.until} = date '9999-12-31' and {_SAME})",
        **values,
    )


def _name(session: Session, run: Run, table: MendTable, known_by_number: Collection[str]) -> None:
    """Make ``arriving_<table>``: by whom and by what each record is found in the case system."""
    record_id, case_number, joins = _numbers(known_by_number)
    session.make(
        f"arriving_{table.name}",
        f"""
        select
            tonight.table_name,
            {record_id} as record_id,
            {case_number} as case_number,
            coalesce(tonight.column_name, '') as column_name,
            tonight.reason,
            max(coalesce(team.team_key, latest.team_key, 0)) as team_key
        from {table.name}_tonight as tonight
        {joins}
        left join warehouse.dim_child as child
            on child.la_code = :la_code and child.child_token = tonight.child_token
            and child.known_to = date '9999-12-31'
        left join restricted.child_identity as known on known.child_key = child.child_key
        left join warehouse.dim_team as team
            on team.la_code = :la_code and team.team_id = tonight.team_id
            and team.known_to = date '9999-12-31'
        left join (
            select distinct on (child_key) child_key, team_key from warehouse.fact_referral
            where la_code = :la_code and known_to = date '9999-12-31'
            order by child_key, received_date desc, referral_id desc
        ) as latest on latest.child_key = child.child_key
        group by 1, 2, 3, 4, 5
        """,
        la_code=run.la_code,
        of_children=READING.read(run)["accounts"][CHILD_TABLE.name]["source_table"],
    )


def _numbers(known_by_number: Collection[str]) -> tuple[str, str, str]:
    """SQL of the record's own id, of its child's number, and of the joins that they need. A person
    comes by a token, which tells those who mend it nothing: it is named by its number."""
    persons = [person for person in PERSONS if person.name in known_by_number]
    joins = [
        f"left join identity_{person.name} as the_{person.name} on tonight.table_name = "
        f"'{person.name}' and the_{person.name}.{person.key[0]} = tonight.record_id"
        for person in persons
    ]
    own = [f"the_{person.name}.{person.identity[0].name}" for person in persons]
    by_token = ", ".join(f"'{person.name}'" for person in PERSONS)
    own.append(f"case when tonight.table_name not in ({by_token}) then tonight.record_id end")
    number = CHILD_TABLE.identity[0].name
    of_child = [f"known.{number}"]
    if CHILD_TABLE.name in known_by_number:
        joins.append(
            "left join identity_child as its_child on its_child.child_token = tonight.child_token"
        )
        of_child.insert(0, f"its_child.{number}")
    # Of a child who is there twice both records are listed as the source's.
    of_child.append("case when tonight.table_name = :of_children then tonight.record_id end")
    record_id, case_number = (f"coalesce({', '.join(each)}, '')" for each in (own, of_child))
    return record_id, case_number, " ".join(joins)
