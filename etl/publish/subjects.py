"""Keeps what each latest figure counts, one by one: ``report.latest_subject``."""

from __future__ import annotations

from collections.abc import Iterable

from etl.publish.as_known import AsKnown
from etl.publish.counting import Counting
from etl.warehouse import Session

# Of these months people look at what a figure counts: this month and the same one last year.
MONTHS = 13
KEPT = "report.latest_subject"
_KEY = ("measure", "month", "subject_id")
_CONTENT = ("child_key", "team_key", "in_numerator", "in_denominator")
_COLUMNS = ", ".join((*_KEY, *_CONTENT))


def are_kept(latest: Counting) -> bool:
    """Whether there are rows of the authority."""
    rows = latest.session.rows(
        f"select 1 from {KEPT} where la_code = :la_code limit 1", la_code=latest.la_code
    )
    return bool(rows)


def keep_subjects(latest: Counting, anew: str, may_go: str = "true") -> None:
    """Make the authority's rows those that were counted anew, and those that stay. Only what
    differs is written: of most nights that is little, and on a server every row written is written
    to its log as well.

    anew: the table of what was counted. may_go: SQL of which of the rows ``kept`` go where they
    were not counted just so; all of them without.
    """
    session, values = latest.session, {"la_code": latest.la_code, "first": latest.first}
    session.run(f"delete from {KEPT} where la_code = :la_code and month < :first", **values)
    differing = f"differing_{latest.number}"
    session.make(differing, _differing(anew, may_go), **values)
    # Said beside the content, of which it is a part: PostgreSQL can join by nothing else.
    same_key = " and ".join(f"differing.{name} = kept.{name}" for name in _KEY)
    same = " and ".join(f"differing.{name} is not distinct from kept.{name}" for name in _CONTENT)
    # Nothing stands there twice, also where it did, or where it was another child's that stays. In
    # two: what either asks is joined by values, and both at once would be by none.
    for goes in (f"not differing.is_counted and {same_key} and {same}",
                 f"differing.is_counted and {same_key}"):  # fmt: skip
        session.run(
            f"delete from {KEPT} as kept where kept.la_code = :la_code "
            f"and exists (select 1 from {differing} as differing where {goes})",
            **values,
        )
    session.run(
        f"insert into {KEPT} (la_code, {_COLUMNS}) "
        f"select :la_code, {_COLUMNS} from {differing} where is_counted",
        **values,
    )
    session.drop(differing)


def _differing(counted: str, which: str) -> str:
    """SQL of the rows that are kept and not in the table of what is counted, of which there is a
    surplus of 1, and of those of which it is the other way round, with one of -1. is_counted: what
    is counted has it; so it does where it is kept twice, a surplus too.

    which: SQL of which of the rows ``kept`` the table is of.
    """
    # Not by `except` nor by two joins, which would look at every row twice.
    return (
        f"select {_COLUMNS}, sum(side) as surplus, min(side) < 0 as is_counted from ("
        f"select {_COLUMNS}, 1 as side from {KEPT} as kept "
        f"where la_code = :la_code and ({which}) "
        f"union all select {_COLUMNS}, -1 as side from {counted}) as either "
        f"group by {_COLUMNS} having sum(side) <> 0"
    )


def see_subjects(latest: Counting) -> None:
    """Let the authority's rows be what the counting counted: a view of them is that table."""
    asked = AsKnown(latest.la_code, latest.known_on, latest.first, latest.last)
    latest.session.run(
        f"create temporary view {latest.counted} as select {_COLUMNS} from {KEPT} "
        f"where la_code = {asked.literal('la_code')}"
    )


def differing_rows(latest: Counting, whole: str, which: str = "true") -> dict[str, int]:
    """By measure, how many rows that are kept are not in the table of what is counted whole, or the
    other way round; without measures of which none are.

    which: SQL of which of the kept rows the table is of; all without.
    """
    return {
        measure: int(rows)
        for measure, rows in latest.session.rows(
            f"select measure, sum(abs(surplus)) from ({_differing(whole, which)}) as differing "
            "group by measure order by measure",
            la_code=latest.la_code,
        )
    }


def listed(measures: Iterable[str]) -> str:
    """SQL of the measures' names, for ``in``; of none, what nothing is in."""
    return ", ".join(f"'{measure}'" for measure in measures) or "null"


def forget_subjects(session: Session, la_code: str) -> None:
    """Where no night of the authority is loaded."""
    session.run(f"delete from {KEPT} where la_code = :la_code", la_code=la_code)
