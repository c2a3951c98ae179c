"""Publishes the monthly figures: runs each measure's SQL and stores what it sums to.

The definition of a measure is its file in ``sql/measures/``; nothing is defined here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from etl.settings import MEASURES, VIEWS
from etl.warehouse import Session

MONTHS = 25
UNITS = ("count", "percent", "per_10000")
DIRECTIONS = ("higher", "lower", "neither")
EACH_TIMESCALE = "each_timescale_"
LATEST = "latest"


@dataclass(frozen=True)
class Measure:
    """A measure: what its file's head says, and its SQL. timescale: for one of the pair that
    exists for every timescale."""

    measure: str
    title: str
    definition: str
    unit: str
    better: str
    citation: str | None
    sql: str
    timescale: str | None = None


@cache
def measure_files() -> tuple[Measure, ...]:
    """Every file of sql/measures/, as it stands there."""
    return tuple(_read(path) for path in sorted(MEASURES.glob("*.sql")))


def measures(timescales: dict[str, str]) -> list[Measure]:
    """Every measure; the files of the pair once for each timescale.

    timescales: title by name.
    """
    found = []
    for measure in measure_files():
        if not measure.measure.startswith(EACH_TIMESCALE):
            found.append(measure)
            continue
        ending = measure.measure.removeprefix(EACH_TIMESCALE)
        found += [
            replace(
                measure,
                measure=f"{timescale}_{ending}",
                title=measure.title.replace("{timescale}", title),
                definition=measure.definition.replace("{timescale}", title),
                timescale=timescale,
            )
            for timescale, title in timescales.items()
        ]
    return found


def measure_names(timescales: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of all measures."""
    return tuple(measure.measure for measure in measures(dict.fromkeys(timescales, "")))


def _read(path: Path) -> Measure:
    """Raises ValueError where a file's head lacks a line or says an unknown word."""
    sql = path.read_text(encoding="utf-8")
    head = {}
    for line in sql.splitlines():
        if not line.startswith("-- "):
            break
        name, _, said = line.removeprefix("-- ").partition(": ")
        head[name] = said.strip()
    if head.get("unit") not in UNITS or head.get("better") not in DIRECTIONS:
        raise ValueError(f"{path.name}: the head needs a unit of {UNITS} and a better of "
                         f"{DIRECTIONS}")  # fmt: skip
    return Measure(
        measure=path.stem,
        title=head["title"],
        definition=head["definition"],
        unit=head["unit"],
        better=head["better"],
        citation=head.get("citation"),
        sql=sql,
    )


def last_complete_months(extract_date: date) -> tuple[date, date]:
    """First days of the first and last of the last 25 months that ended before the date."""
    last = extract_date.year * 12 + extract_date.month - 2
    first = last - MONTHS + 1
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)


def publish_measures(
    session: Session, la_code: str, extract_date: date, timescales: dict[str, str]
) -> None:
    """Write ``report.measure``, and the authority's ``latest`` rows of ``report.monthly_measure``
    and ``report.monthly_measure_by_team``, as known on the extract date."""
    every = measures(timescales)
    first, last = last_complete_months(extract_date)
    values = {
        "la_code": la_code, "known_on": extract_date, "first_month": first, "last_month": last,
        "label": LATEST,
    }  # fmt: skip
    _describe(session, every)
    for table in ("monthly_measure", "monthly_measure_by_team"):
        session.run(
            f"delete from report.{table} where la_code = :la_code and label = :label",
            **values,
        )
    session.run(_MONTHS_AND_POPULATION, **values)
    session.run(_COUNTED)
    for measure in every:
        session.run(
            "insert into counted select :measure, month, team_key, in_numerator, in_denominator "
            f"from ({measure.sql}) as one where la_code = :la_code",
            **values,
            measure=measure.measure,
            timescale=measure.timescale,
        )
    session.run(_INSERT, **values)
    session.run(_INSERT_BY_TEAM, **values)


def _describe(session: Session, every: list[Measure]) -> None:
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
    measure text, month date, team_key bigint, in_numerator integer, in_denominator integer
)
"""
# Rates are divided by the population, percentages by what was counted, counts by nothing. A
# month with nothing counted has the numerator 0.
_FIGURES = """
coalesce(sum(counted.in_numerator), 0) as numerator,
case measure.unit
    when 'percent' then coalesce(sum(counted.in_denominator), 0)
    when 'per_10000' then max(month_population.children_0_17)
end as denominator
"""
_VALUE = """
case unit
    when 'count' then numerator
    when 'percent' then 100.0 * numerator / nullif(denominator, 0)
    else 10000.0 * numerator / nullif(denominator, 0)
end
"""
_INSERT = f"""
insert into report.monthly_measure
    (la_code, month, measure, label, numerator, denominator, value, known_on)
select :la_code, month, measure, :label, numerator, denominator, {_VALUE}, :known_on
from (
    select measure.measure, measure.unit, month_population.month, {_FIGURES}
    from report.measure as measure
    cross join month_population
    left join counted
        on counted.measure = measure.measure and counted.month = month_population.month
    group by measure.measure, measure.unit, month_population.month
) as figure
"""
_INSERT_BY_TEAM = f"""
insert into report.monthly_measure_by_team
    (la_code, month, measure, label, team_key, numerator, denominator, value, known_on)
select :la_code, month, measure, :label, team_key, numerator, denominator, {_VALUE}, :known_on
from (
    select measure.measure, measure.unit, month_population.month, counted.team_key, {_FIGURES}
    from report.measure as measure
    join counted on counted.measure = measure.measure
    join month_population on month_population.month = counted.month
    group by measure.measure, measure.unit, month_population.month, counted.team_key
) as figure
"""


def publish_views(session: Session) -> None:
    """Make the analysts' views of ``sql/views/``, in the order of its order.txt."""
    names = (VIEWS / "order.txt").read_text(encoding="utf-8").split()
    session.make_views(
        {f"report.{name}": (VIEWS / f"{name}.sql").read_text(encoding="utf-8") for name in names}
    )


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
