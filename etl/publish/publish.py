"""Writes the figures of a loaded night, within the load's own session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa

from etl.publish.counting import Counting, count
from etl.publish.latest import Night, count_latest
from etl.publish.measures import Measure, measures
from etl.publish.restatement import restate
from etl.publish.subjects import forget_subjects
from etl.warehouse import Session

LATEST = "latest"
# A figure among the latest is told by these columns, as far as its table has them.
_KEY = ("month", "measure", "team_key")
_IS_LATEST = f"la_code = :la_code and label = '{LATEST}'"


def publish(
    session: Session,
    la_code: str,
    extract_date: date,
    run_id: str,
    *,
    titles: dict[str, str],
    records: Mapping[str, Sequence[str | None]],
    why_whole: str | None = None,
) -> None:
    """Make the figures those of a loaded night, the authority's last: ``report.last_extract``,
    ``report.measure``, the ``latest`` rows of ``report.monthly_measure`` and
    ``report.monthly_measure_by_team``, what the last of them count, and what has moved since each
    freeze of those months.

    titles, records: of each timescale, its title and where it comes from (``causes.Records``).
    why_whole: why everything is counted whole, where that is asked for; without, only what could
    have changed is counted anew, where that is certain.
    """
    every = measures(titles)
    describe(session, every)
    night = Night(la_code, extract_date, run_id)
    latest = count_latest(session, night, every, why_whole=why_whole)
    _say_last_extract(session, night)
    store_latest(latest)
    _say_history(latest)
    restate(latest, records)
    session.run(f"drop view {latest.counted}")
    outdated = session.rows(
        _OUTDATED, la_code=la_code, known_on=extract_date, first_month=latest.first,
        last_month=latest.last,
    )  # fmt: skip
    for (month,) in outdated:
        now = count(session, la_code, every, known_on=extract_date, first=month, last=month)
        restate(now, records)
        now.drop()


def publish_nothing(session: Session, la_code: str) -> None:
    """Leave no figure but what was frozen: no night of the authority is loaded."""
    for table in ("last_extract", "measure_history", "restatement", "restated_subject"):
        session.run(f"delete from report.{table} where la_code = :la_code", la_code=la_code)
    for table in ("monthly_measure", "monthly_measure_by_team"):
        session.run(f"delete from report.{table} where {_IS_LATEST}", la_code=la_code)
    forget_subjects(session, la_code)


def _say_last_extract(session: Session, night: Night) -> None:
    """Up to when the authority is loaded."""
    session.run("delete from report.last_extract where la_code = :la_code", la_code=night.la_code)
    session.run(
        "insert into report.last_extract (la_code, extract_date, run_id) "
        "values (:la_code, :extract_date, :run_id)",
        **vars(night),
    )


def _say_history(counting: Counting) -> None:
    """Since when each measure may be compared."""
    said = {"la_code": counting.la_code}
    counting.session.run("delete from report.measure_history where la_code = :la_code", **said)
    counting.session.run(
        "insert into report.measure_history (la_code, measure, comparable_from) "
        f"select :la_code, measure, comparable_from from {counting.history}",
        **said,
    )


# Months before those published, frozen once, which were last compared with a night that was taken
# back or loaded again since, or with none.
_OUTDATED = """
select distinct month
from report.frozen_month as frozen
where la_code = :la_code and not month between :first_month and :last_month
and not exists (
    select 1 from report.restatement
    where restatement.la_code = :la_code and restatement.label = frozen.label
    and now_known_on < :known_on
)
order by month
"""


def describe(session: Session, every: Sequence[Measure]) -> None:
    """Write ``report.measure`` where it says otherwise: all authorities share it."""
    columns = ("measure", "title", "definition", "unit", "better", "citation")
    wanted = sorted(tuple(getattr(measure, name) for name in columns) for measure in every)
    stored = f"select {', '.join(columns)} from report.measure"
    if sorted(session.rows(stored)) == wanted:
        return
    session.wait_for_shared()
    session.run("delete from report.measure")
    staged = dict(zip(columns, map(list, zip(*wanted, strict=True)), strict=True))
    schema = pa.schema([(name, pa.string()) for name in columns])
    session.stage("described", pa.table(staged, schema))
    listed = ", ".join(columns)
    session.run(f"insert into report.measure ({listed}) select {listed} from described")
    session.run("drop table described")


_IS_COMPARABLE = "case when figure.month >= history.comparable_from then 1 else 0 end"


def store(counting: Counting, label: str) -> None:
    """Keep its figures under the label."""
    said = {"la_code": counting.la_code, "label": label, "known_on": counting.known_on}
    for table, (columns, counted) in _stored(counting).items():
        counting.session.run(
            f"insert into report.{table} (la_code, label, known_on, {columns}) "
            f"select :la_code, :label, :known_on, {columns} from ({counted}) as counted",
            **said,
        )


def store_latest(counting: Counting) -> None:
    """Make the latest figures those of the counting, each in its place: a row that goes and comes
    again costs DuckDB ten times what is written into one that stays, for the index of its key."""
    session, values = counting.session, {"la_code": counting.la_code}
    if not session.rows(
        f"select 1 from report.monthly_measure where {_IS_LATEST} limit 1", **values
    ):
        store(counting, LATEST)
        return
    for table, (columns, counted) in _stored(counting).items():
        session.make(
            "arriving_figure",
            f"select {columns}, cast(:known_on as date) as known_on from ({counted}) as counted",
            known_on=counting.known_on,
        )
        for statement in _bringing(table, [*columns.split(", "), "known_on"]):
            session.run(statement, **values)
        session.drop("arriving_figure")


def _bringing(table: str, columns: Sequence[str]) -> Iterator[str]:
    """SQL that brings a table's latest figures to those of ``arriving_figure``."""
    same_key = " and ".join(f"arriving.{name} = stored.{name}" for name in columns if name in _KEY)
    said = ", ".join(f"{name} = arriving.{name}" for name in columns if name not in _KEY)
    yield (
        f"delete from report.{table} as stored where {_IS_LATEST} "
        f"and not exists (select 1 from arriving_figure as arriving where {same_key})"
    )
    yield (
        f"update report.{table} as stored set {said} from arriving_figure as arriving "
        f"where {_IS_LATEST} and {same_key}"
    )
    yield (
        f"insert into report.{table} (la_code, label, {', '.join(columns)}) "
        f"select :la_code, '{LATEST}', {', '.join(columns)} from arriving_figure as arriving "
        f"where not exists (select 1 from report.{table} as stored "
        f"where {_IS_LATEST} and {same_key})"
    )


def figures_unlike(counting: Counting, label: str) -> dict[str, dict[str, int]]:
    """By table of figures, and measure, how many rows stored under the label are not those of the
    counting, or the other way round; without measures of which none are."""
    said = {"la_code": counting.la_code, "label": label, "known_on": counting.known_on}
    found = {}
    for table, (columns, counted) in _stored(counting).items():
        stored = (
            f"select {columns}, known_on from report.{table} "
            "where la_code = :la_code and label = :label"
        )
        counted = f"select {columns}, cast(:known_on as date) from ({counted}) as counted"
        found[table] = dict(
            counting.session.rows(
                f"select measure, count(*) from (({stored} except all {counted}) union all "
                f"({counted} except all {stored})) as unlike group by measure order by measure",
                **said,
            )
        )
    return found


def _stored(counting: Counting) -> dict[str, tuple[str, str]]:
    """By table of figures, the columns that differ from row to row, and SQL of them."""
    history = f"join {counting.history} as history on history.measure = figure.measure"
    return {
        "monthly_measure": (
            "month, measure, numerator, denominator, value, definition_sha256, is_comparable",
            "select month, figure.measure, numerator, denominator, value, definition_sha256, "
            f"{_IS_COMPARABLE} as is_comparable from {counting.figure} as figure {history}",
        ),
        "monthly_measure_by_team": (
            "month, measure, team_key, team_name, numerator, denominator, value, is_comparable",
            "select month, figure.measure, figure.team_key, team.name as team_name, numerator, "
            f"denominator, value, {_IS_COMPARABLE} as is_comparable "
            f"from ({counting.figures_by_team()}) as figure {history} "
            "left join warehouse.dim_team as team on team.team_key = figure.team_key "
            "and team.known_from <= :known_on and :known_on < team.known_to",
        ),
    }
