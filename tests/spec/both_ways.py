"""What is owed, worked out by the product and by the plain-loop reference, in the same shape.

The product's status is that of ``sql/queries/timescale_status.sql``, asked in DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from reference.timescales import (
    obligations_of,
    read_bank_holidays,
    status_on,
    without_merged_children,
)
from unit.owing import england

from etl.authority import LocalStandard
from etl.calendar.working_days import FILE
from etl.derive.obligations import obligations
from etl.derive.rule import Rule
from etl.derive.standards import standards
from etl.settings import QUERIES
from etl.warehouse.duckdb.session import DuckDBSession
from etl.warehouse.duckdb.tables import create_tables
from spec.given import Drawn, in_an_authoritys_words, in_our_words

STATUS_QUERY = (QUERIES / "timescale_status.sql").read_text(encoding="utf-8")
DATES = ("started_date", "due_date", "done_date", "closed_date")
BANK_HOLIDAYS = read_bank_holidays(FILE)
Owed = dict[str, Any]


def of_the_product(
    rule: Rule, drawn: Drawn, local: tuple[LocalStandard, ...], as_at: date
) -> list[Owed]:
    """subject_id, sequence, the four dates and the status of what was owed on the day."""
    found = obligations(rule, in_our_words(drawn), standards(rule, england(*local)))
    found["status"] = statuses(found, as_at)
    found = found[found["status"].notna()].sort_values(["subject_id", "sequence"])
    return [
        {
            "subject_id": row.subject_id,
            "sequence": row.sequence,
            "status": row.status,
            **{name: _known_by(as_at, as_day(getattr(row, name))) for name in DATES[2:]},
            **{name: as_day(getattr(row, name)) for name in DATES[:2]},
        }
        for row in found.itertuples()
    ]


def of_the_reference(
    rule: Rule, drawn: Drawn, local: tuple[LocalStandard, ...], as_at: date
) -> list[Owed]:
    """The same by plain loops."""
    found = [
        {**row, "status": status_on(row, as_at)}
        for row in by_plain_loops(drawn, local)
        if row["timescale"] == rule.timescale
    ]
    owed = [
        {name: row[name] for name in ("subject_id", "sequence", "status", *DATES[:2])}
        | {name: _known_by(as_at, row[name]) for name in DATES[2:]}
        for row in found
        if row["status"]
    ]
    return sorted(owed, key=lambda row: (row["subject_id"], row["sequence"]))


def _known_by(as_at: date, day: date | None) -> date | None:
    """What happens after the day as at which is asked is absent."""
    return day if day and day <= as_at else None


def by_plain_loops(drawn: Drawn, local: tuple[LocalStandard, ...]) -> list[Owed]:
    """Everything owed under every rule, as the reference says it."""
    counted = without_merged_children(drawn)
    return list(obligations_of(counted, in_an_authoritys_words(local), BANK_HOLIDAYS))


def statuses(found: pd.DataFrame, as_at: date) -> list[str | None]:
    """By row, its status on the day; none for what starts later."""
    columns = ["timescale", "subject_type", "subject_id", "allowance"]
    content = found[["sequence", *DATES, "first_recorded_date"]].assign(
        **{name: found[name].astype("str") for name in columns},
    )
    with obligations_in_a_warehouse(pa.Table.from_pandas(content, preserve_index=False)) as session:
        asked = session.table(STATUS_QUERY, on=as_at, known_on=as_at).to_pydict()
    by_id = dict(
        zip(zip(asked["subject_id"], asked["sequence"], strict=True), asked["status"], strict=True)
    )
    return [by_id.get(key) for key in zip(found["subject_id"], found["sequence"], strict=True)]


@cache
def _warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_tables(connection)
    return connection


@contextmanager
def obligations_in_a_warehouse(content: pa.Table) -> Iterator[DuckDBSession]:
    """A warehouse that holds these obligations; what no column says of them is plain."""
    connection = _warehouse()
    connection.register("given", content)
    plain = {
        "la_code": "'000'", "timescale": "'spec'", "child_key": "0", "family_key": "0",
        "team_key": "0", "worker_key": "0", "timescale_key": "0", "run_id": "'spec'",
        "known_from": "date '1900-01-01'", "known_to": "date '9999-12-31'",
    }  # fmt: skip
    more = [f"{says} as {name}" for name, says in plain.items() if name not in content.column_names]
    connection.execute(
        f"insert into star.fact_timescale_obligation by name select *, {', '.join(more)} from given"
    )
    try:
        yield DuckDBSession(connection)
    finally:
        connection.execute("delete from star.fact_timescale_obligation")
        connection.unregister("given")


def as_day(value: pd.Timestamp) -> date | None:
    """The day, or nothing."""
    return None if pd.isna(value) else value.date()
