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
    were not counted just so, beside those of months that are published no more; all of them
    without.
    """
    session, values = latest.session, {"la_code": latest.la_code, "first": latest.first}
    differing = f"differing_{latest.number}"
    session.make(differing, _differing(anew, may_go), **values)
    went = " and ".join(f"differing.kept_{name} = kept.{name}" for name in _KEY)
    session.run(
        f"delete from {KEPT} as kept using {differing} as differing "
        f"where kept.la_code = :la_code and {went}",
        **values,
    )
    same_key = " and ".join(f"differing.{name} = kept.{name}" for name in _KEY)
    session.run(
        f"insert into {KEPT} (la_code, {_COLUMNS}) select :la_code, {_COLUMNS} "
        f"from {differing} as differing where measure is not null and not exists ("
        f"select 1 from {KEPT} as kept where kept.la_code = :la_code and {same_key})",
        **values,
    )
    session.drop(differing)


def _differing(anew: str, may_go: str) -> str:
    """SQL of what was counted beside what is kept by the same key, where they are not the same,
    or where there is but one of them."""
    same_key = " and ".join(f"counted.{name} = kept.{name}" for name in _KEY)
    same = " and ".join(
        [
            "counted.measure is not null and kept.measure is not null",
            *(f"counted.{name} is not distinct from kept.{name}" for name in _CONTENT),
        ]
    )
    kept_key = ", ".join(f"kept.{name} as kept_{name}" for name in _KEY)
    return (
        f"select {kept_key}, counted.* "
        f"from (select {_COLUMNS} from {KEPT} as kept "
        f"where la_code = :la_code and (month < :first or {may_go})) as kept "
        f"full join (select {_COLUMNS} from {anew}) as counted on {same_key} "
        f"where not ({same})"
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
    # Not by `except`, which would look at every row twice.
    return {
        measure: int(rows)
        for measure, rows in latest.session.rows(
            "select measure, sum(abs(surplus)) from ("
            f"select measure, sum(side) as surplus from (select {_COLUMNS}, 1 as side from {KEPT} "
            f"where la_code = :la_code and {which} "
            f"union all select {_COLUMNS}, -1 as side from {whole}) as either "
            f"group by {_COLUMNS} having sum(side) <> 0) as differing "
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
