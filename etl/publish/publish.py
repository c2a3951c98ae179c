"""Writes the figures of a loaded night, within the load's own session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from etl.publish.counting import Counting, count
from etl.publish.measures import Measure, measures
from etl.publish.months import last_complete_months, publication_of
from etl.publish.restatement import restate
from etl.publish.subjects import forget_subjects, keep_subjects
from etl.warehouse import Session

LATEST = "latest"


def publish(
    session: Session,
    la_code: str,
    extract_date: date,
    run_id: str,
    *,
    titles: dict[str, str],
    records: Mapping[str, Sequence[str | None]],
) -> None:
    """Make the figures those of a loaded night, the authority's last: ``report.last_extract``,
    ``report.measure``, the ``latest`` rows of ``report.monthly_measure`` and
    ``report.monthly_measure_by_team``, what the last of them count, and what has moved since each
    freeze of those months.

    titles, records: of each timescale, its title and where it comes from (``causes.Records``).
    """
    every = measures(titles)
    _say_last_extract(session, la_code, extract_date, run_id)
    describe(session, every)
    _delete_latest(session, la_code)
    publication = publication_of(session, la_code, extract_date)
    first, last = last_complete_months(extract_date, publication.months)
    latest = count(session, la_code, every, known_on=extract_date, first=first, last=last)
    store(latest, LATEST)
    keep_subjects(latest)
    _say_history(latest)
    restate(latest, records)
    outdated = session.rows(
        _OUTDATED, la_code=la_code, known_on=extract_date, first_month=first, last_month=last
    )
    for (month,) in outdated:
        now = count(session, la_code, every, known_on=extract_date, first=month, last=month)
        restate(now, records)
        now.drop()


def publish_nothing(session: Session, la_code: str) -> None:
    """Leave no figure but what was frozen: no night of the authority is loaded."""
    for table in ("last_extract", "measure_history", "restatement", "restated_subject"):
        session.run(f"delete from report.{table} where la_code = :la_code", la_code=la_code)
    _delete_latest(session, la_code)
    forget_subjects(session, la_code)


def _say_last_extract(session: Session, la_code: str, extract_date: date, run_id: str) -> None:
    """Up to when the authority is loaded."""
    session.run("delete from report.last_extract where la_code = :la_code", la_code=la_code)
    session.run(
        "insert into report.last_extract (la_code, extract_date, run_id) "
        "values (:la_code, :extract_date, :run_id)",
        la_code=la_code,
        extract_date=extract_date,
        run_id=run_id,
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


def _delete_latest(session: Session, la_code: str) -> None:
    for table in ("monthly_measure", "monthly_measure_by_team"):
        session.run(
            f"delete from report.{table} where la_code = :la_code and label = :label",
            la_code=la_code,
            label=LATEST,
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
    values = ", ".join(f":{name}" for name in columns)
    for row in wanted:
        session.run(
            f"insert into report.measure ({', '.join(columns)}) values ({values})",
            **dict(zip(columns, row, strict=True)),
        )


_IS_COMPARABLE = "case when figure.month >= history.comparable_from then 1 else 0 end"


def store(counting: Counting, label: str) -> None:
    """Keep its figures under the label."""
    said = {"la_code": counting.la_code, "label": label, "known_on": counting.known_on}
    counting.session.run(
        "insert into report.monthly_measure (la_code, month, measure, label, numerator, "
        "denominator, value, known_on, definition_sha256, is_comparable) "
        "select :la_code, month, figure.measure, :label, numerator, denominator, value, :known_on, "
        f"definition_sha256, {_IS_COMPARABLE} from {counting.figure} as figure "
        f"join {counting.history} as history on history.measure = figure.measure",
        **said,
    )
    counting.session.run(
        "insert into report.monthly_measure_by_team (la_code, month, measure, label, team_key, "
        "team_name, numerator, denominator, value, known_on, is_comparable) "
        "select :la_code, month, figure.measure, :label, figure.team_key, team.name, numerator, "
        f"denominator, value, :known_on, {_IS_COMPARABLE} "
        f"from ({counting.figures_by_team()}) as figure "
        f"join {counting.history} as history on history.measure = figure.measure "
        "left join warehouse.dim_team as team on team.team_key = figure.team_key "
        "and team.known_from <= :known_on and :known_on < team.known_to",
        **said,
    )
