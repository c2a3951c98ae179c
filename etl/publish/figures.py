"""Counts the monthly figures by each measure's SQL, and stores what they sum to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from etl.publish.causes import Records
from etl.publish.measures import Measure, last_complete_months
from etl.publish.restatement import restate
from etl.warehouse import Session

LATEST = "latest"


def publish_latest(
    session: Session,
    la_code: str,
    extract_date: date,
    every: list[Measure],
    records: Mapping[str, Records],
) -> None:
    """Write ``report.measure``, the authority's ``latest`` rows of ``report.monthly_measure`` and
    ``report.monthly_measure_by_team`` as known on the extract date, and what has moved since each
    freeze of those months.

    records: by timescale, where it comes from.
    """
    first, last = last_complete_months(extract_date)
    describe(session, every)
    _delete_latest(session, la_code)
    count(session, la_code, every, known_on=extract_date, first=first, last=last)
    store(session, la_code, LATEST, known_on=extract_date)
    restate(session, la_code, every, records, now=extract_date, first=first, last=last)
    outdated = session.rows(
        _OUTDATED, la_code=la_code, known_on=extract_date, first_month=first, last_month=last
    )
    for (month,) in outdated:
        count(session, la_code, every, known_on=extract_date, first=month, last=month)
        restate(session, la_code, every, records, now=extract_date, first=month, last=month)


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


def describe(session: Session, every: list[Measure]) -> None:
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


def count(
    session: Session, la_code: str, every: list[Measure], *, known_on: date, first: date, last: date
) -> None:
    """Make the temporary tables ``counted``, a row per thing counted by a measure in a month,
    ``summed``, what they sum to in each team, and ``figure``, in all (measure, month, numerator,
    denominator, value).

    first, last: first days of the first and last month.
    """
    values: dict[str, Any] = {
        "la_code": la_code, "known_on": known_on, "first_month": first, "last_month": last,
    }  # fmt: skip
    for table in ("month_population", "measure_unit", "counted", "summed", "figure"):
        session.run(f"drop table if exists {table}")
    session.run(_MONTHS_AND_POPULATION, **values)
    session.stage(
        "measure_unit",
        pa.table({
            "measure": [measure.measure for measure in every],
            "unit": [measure.unit for measure in every],
        }),
    )  # fmt: skip
    session.run(_COUNTED)
    for measure in every:
        session.run(
            "insert into counted select :measure, month, child_key, team_key, subject_id, "
            f"in_numerator, in_denominator from ({measure.sql}) as one where la_code = :la_code",
            **values,
            measure=measure.measure,
            timescale=measure.timescale,
        )
    session.run(_SUMMED)
    session.run(_FIGURE)


def store(session: Session, la_code: str, label: str, *, known_on: date) -> None:
    """Keep under the label what ``count`` has made."""
    values: dict[str, Any] = {"la_code": la_code, "label": label, "known_on": known_on}
    session.run(_STORE, **values)
    session.run(_STORE_BY_TEAM, **values)


# The population of a month is that of the latest mid-year not after the month's year.
_MONTHS_AND_POPULATION = """
create temporary table month_population as
select months.month, (
    select population.children_0_17
    from warehouse.dim_population as population
    where population.la_code = :la_code
    and population.known_from <= :known_on and :known_on < population.known_to
    and population.year <= months.year
    order by population.year desc
    limit 1
) as children_0_17
from (
    select distinct month_start as month, year
    from warehouse.dim_date
    where month_start between :first_month and :last_month
) as months
"""
_COUNTED = """
create temporary table counted (
    measure text, month date, child_key bigint, team_key bigint, subject_id text,
    in_numerator integer, in_denominator integer
)
"""
_SUMMED = """
create temporary table summed as
select measure, month, team_key, sum(in_numerator) as in_numerator,
    sum(in_denominator) as in_denominator
from counted
group by measure, month, team_key
"""
# Rates are divided by the population, percentages by what was counted, counts by nothing. A
# month with nothing counted has the numerator 0.
_SUMS = """
coalesce(sum(summed.in_numerator), 0) as numerator,
case measure_unit.unit
    when 'percent' then coalesce(sum(summed.in_denominator), 0)
    when 'per_10000' then max(month_population.children_0_17)
end as denominator
"""
_VALUE = """
cast(case unit
    when 'count' then numerator
    when 'percent' then 100.0 * numerator / nullif(denominator, 0)
    else 10000.0 * numerator / nullif(denominator, 0)
end as double precision) as value
"""
_FIGURE = f"""
create temporary table figure as
select measure, month, cast(numerator as bigint) as numerator,
    cast(denominator as bigint) as denominator, {_VALUE}
from (
    select measure_unit.measure, measure_unit.unit, month_population.month, {_SUMS}
    from measure_unit
    cross join month_population
    left join summed
        on summed.measure = measure_unit.measure and summed.month = month_population.month
    group by measure_unit.measure, measure_unit.unit, month_population.month
) as every_figure
"""
_STORE = """
insert into report.monthly_measure
    (la_code, month, measure, label, numerator, denominator, value, known_on)
select :la_code, month, measure, :label, numerator, denominator, value, :known_on
from figure
"""
_STORE_BY_TEAM = f"""
insert into report.monthly_measure_by_team
    (la_code, month, measure, label, team_key, numerator, denominator, value, known_on)
select :la_code, month, measure, :label, team_key, numerator, denominator, {_VALUE}, :known_on
from (
    select measure_unit.measure, measure_unit.unit, month_population.month, summed.team_key,
        {_SUMS}
    from measure_unit
    join summed on summed.measure = measure_unit.measure
    join month_population on month_population.month = summed.month
    group by measure_unit.measure, measure_unit.unit, month_population.month, summed.team_key
) as every_figure
"""


def publish_nothing(session: Session, la_code: str) -> None:
    """Leave no figure but what was frozen: no night of the authority is loaded."""
    for table in ("last_extract", "restatement", "restated_subject"):
        session.run(f"delete from report.{table} where la_code = :la_code", la_code=la_code)
    _delete_latest(session, la_code)


def publish_last_extract(session: Session, la_code: str, extract_date: date, run_id: str) -> None:
    """Say in ``report.last_extract`` up to when the authority is loaded."""
    session.run("delete from report.last_extract where la_code = :la_code", la_code=la_code)
    session.run(
        "insert into report.last_extract (la_code, extract_date, run_id) "
        "values (:la_code, :extract_date, :run_id)",
        la_code=la_code,
        extract_date=extract_date,
        run_id=run_id,
    )
