"""Keeps what each latest figure counts, one by one: ``report.latest_subject``."""

from __future__ import annotations

from etl.publish.counting import Counting
from etl.publish.months import last_complete_months
from etl.warehouse import Session

# This month and the same one last year: what people ask about.
MONTHS = 13
_TABLE = "report.latest_subject"
_KEY = ("measure", "month", "subject_id")
_CONTENT = ("child_key", "team_key", "in_numerator", "in_denominator")


def keep_subjects(latest: Counting) -> None:
    """Make the authority's rows those that its last months count. Only what differs is written: of
    most nights that is little, and on a server every row written is written to its log as well."""
    session = latest.session
    first, _ = last_complete_months(latest.known_on, MONTHS)
    values = {"la_code": latest.la_code, "first": first}
    columns = ", ".join((*_KEY, *_CONTENT))
    # Said beside the content, of which it is a part: PostgreSQL can join by nothing else.
    same_key = " and ".join(f"counted.{name} = kept.{name}" for name in _KEY)
    same = " and ".join(f"counted.{name} is not distinct from kept.{name}" for name in _CONTENT)
    session.run(f"delete from {_TABLE} where la_code = :la_code and month < :first", **values)
    session.run(
        f"delete from {_TABLE} as kept where kept.la_code = :la_code "
        f"and not exists (select 1 from {latest.counted} as counted where {same_key} and {same})",
        **values,
    )
    session.run(
        f"insert into {_TABLE} (la_code, {columns}) select :la_code, {columns} "
        f"from {latest.counted} as counted where counted.month >= :first and not exists ("
        f"select 1 from {_TABLE} as kept where kept.la_code = :la_code and {same_key})",
        **values,
    )


def forget_subjects(session: Session, la_code: str) -> None:
    """Where no night of the authority is loaded."""
    session.run(f"delete from {_TABLE} where la_code = :la_code", la_code=la_code)
