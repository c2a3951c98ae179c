"""Counts the monthly figures by each measure's SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count as numbers

import pyarrow as pa

from etl.contracts.register import FACTS
from etl.publish.as_known import AsKnown, seen_as_known
from etl.publish.comparable import comparable_from, reaches_of
from etl.publish.coverage import Coverage, coverage_of
from etl.publish.measures import Measure
from etl.publish.months import last_complete_months, publication_of
from etl.warehouse import Session

_NUMBERS = numbers(1)


@dataclass(frozen=True)
class Figure:
    """A measure of a month, its first day. value: exact to ten decimal places; None where the
    denominator is 0."""

    measure: str
    month: date
    numerator: int
    denominator: int | None
    value: Decimal | None


@dataclass(frozen=True)
class Counting:
    """What measures count in an authority's months, as known on an extract. It is kept in
    temporary tables of its session, which no other counting has, and ends with that.

    first, last: first days of the first and last month. coverage: what the extract's source held.
    """

    session: Session
    la_code: str
    known_on: date
    first: date
    last: date
    measures: tuple[Measure, ...]
    coverage: Coverage
    number: int = field(default_factory=lambda: next(_NUMBERS))

    @property
    def measure(self) -> str:
        """The table of the measures: measure, unit, definition_sha256, first_month, the first day
        of the first month of which it is published, and ethnic_group, of whose children a rate is;
        empty of all children."""
        return f"measure_{self.number}"

    @property
    def population(self) -> str:
        """The table of the months: month, ethnic_group, children_0_17."""
        return f"population_{self.number}"

    @property
    def history(self) -> str:
        """The table of since when they may be compared: measure, comparable_from, and what says
        so: bound_date, the day of the extract's first such record, or (is_bound_by_end) of the
        first that ended."""
        return f"history_{self.number}"

    @property
    def counted(self) -> str:
        """The table of a row per thing counted by a measure in a month: la_code, measure, month,
        child_key, team_key, subject_id, in_numerator, in_denominator."""
        return f"counted_{self.number}"

    @property
    def summed(self) -> str:
        """The table of what they sum to in each team: measure, month, team_key, in_numerator,
        in_denominator."""
        return f"summed_{self.number}"

    @property
    def figure(self) -> str:
        """The table of what they come to in all: measure, definition_sha256, month, numerator,
        denominator, value."""
        return f"figure_{self.number}"

    def first_months(self) -> list[date]:
        """Of each measure the first day of the first month of which it is published."""
        return [self.coverage.first_month(each.measure, each.looks_back) for each in self.measures]

    def figures(self) -> tuple[Figure, ...]:
        """In the order of measures and months. With nothing counted the numerator is 0."""
        rows = self.session.rows(
            f"select measure, month, numerator, denominator, value from {self.figure} "
            "order by measure, month"
        )
        return tuple(Figure(*row) for row in rows)

    def figures_by_team(self) -> str:
        """SQL of what they come to in each team that is in use, one of which something is counted
        in any of the months: measure, month, team_key, numerator, denominator, value. With nothing
        counted the numerator is 0."""
        return f"""
            select measure, month, team_key, numerator, denominator, {_VALUE}
            from (
                select measure.measure, measure.unit, population.month, team.team_key, {_SUMS}
                from {self.measure} as measure
                join {self.population} as population
                    on population.ethnic_group = measure.ethnic_group
                    and population.month >= measure.first_month
                cross join (select distinct team_key from {self.summed}) as team
                left join {self.summed} as summed
                    on summed.measure = measure.measure and summed.month = population.month
                    and summed.team_key = team.team_key
                group by measure.measure, measure.unit, population.month, team.team_key
            ) as every_figure
        """

    def drop(self) -> None:
        """Forget it before the session ends."""
        for table in (self.measure, self.population, self.history, self.counted, self.summed,
                      self.figure):  # fmt: skip
            self.session.run(f"drop table {table}")


def count(
    session: Session,
    la_code: str,
    every: Sequence[Measure],
    *,
    known_on: date,
    first: date,
    last: date,
) -> Counting:
    """Count the measures in the months from the one to the other, as known on an extract. Without
    those that the night's source does not tell, or of which its extract had no table, nor the pairs
    of timescales that were not derived, or not wholly; and without the months of which a measure
    looks at what lies before the source's first day: 0, or too few, would be said of what nobody
    looked at.

    first, last: first days of the first and last month.
    """
    made = counting_of(session, la_code, every, known_on=known_on, first=first, last=last)
    make_rows(session, made.counted)
    count_rows(made, Part(made.measures, first, last), made.counted)
    sum_up(made)
    return made


def counting_of(
    session: Session,
    la_code: str,
    every: Sequence[Measure],
    *,
    known_on: date,
    first: date,
    last: date,
) -> Counting:
    """The measures of ``every`` that are counted, see ``count``; of its tables there is that of the
    measures."""
    coverage = coverage_of(session, la_code, known_on)
    lacking = {f"known_{table}" for table in _lacking(session, la_code, known_on)}
    every = tuple(
        measure
        for measure in every
        if coverage.tells(measure.measure, measure.timescale)
        and coverage.first_month(measure.measure, measure.looks_back) <= last
        and not lacking & {*measure.reads, f"known_{measure.history.fact}"}
    )
    made = Counting(session, la_code, known_on, first, last, every, coverage)
    _stage_measures(made)
    return made


@dataclass(frozen=True)
class Part:
    """What of a counting is counted at once: these measures, in the months from the one to the
    other. children: a temporary table of the only child_key that count; all without. beside: by
    another table, the measures that are counted into it, as what they read is made already."""

    measures: Sequence[Measure]
    first: date
    last: date
    children: str | None = None
    beside: Mapping[str, Sequence[Measure]] = field(default_factory=dict)


def make_rows(session: Session, name: str) -> None:
    """Make an empty temporary table of what is counted, see ``Counting.counted``."""
    session.run(f"create temporary table {name} ({_COUNTED})")


def count_rows(made: Counting, part: Part, into: str) -> None:
    """Add to a table what the part counts."""
    counted = {into: part.measures, **part.beside}
    read = {"months"}.union(*(each.reads for measures in counted.values() for each in measures))
    # Of few children what is read is little, and read by every measure.
    tables = read if part.children else _READ_BY_MANY
    asked = AsKnown(made.la_code, made.known_on, part.first, part.last)
    with seen_as_known(made.session, asked, read, tables=tables, children=part.children):
        for table, measures in counted.items():
            for measure in {each.definition_sha256: each for each in measures}.values():
                _count_measure(made, measure, table)


def sum_up(made: Counting) -> None:
    """Make its other tables, of what is counted."""
    session = made.session
    read = {"months"} | {f"known_{measure.history.fact}" for measure in made.measures}
    with seen_as_known(session, AsKnown(made.la_code, made.known_on, made.first, made.last), read):
        session.run(
            f"create temporary table {made.population} as {_POPULATION.format(made.measure)}",
            la_code=made.la_code,
            known_on=made.known_on,
        )
        _stage_history(made)
    session.run(
        f"create temporary table {made.summed} as "
        "select measure, month, team_key, sum(in_numerator) as in_numerator, "
        f"sum(in_denominator) as in_denominator from {made.counted} "
        "group by measure, month, team_key"
    )
    session.run(f"create temporary table {made.figure} as {_figure(made)}")


def _lacking(session: Session, la_code: str, known_on: date) -> set[str]:
    """The facts that the extract of the night had no table for: its audit names each; those that
    a night of an earlier release did not know, it has not at all."""
    found = session.rows(
        "select told.kind, told.name from audit.load_run as run join ("
        "select run_id, 'loaded' as kind, table_name as name from audit.table_load union all "
        "select run_id, 'lacking', detail from audit.observation "
        "where observation = 'table_lacking') as told on told.run_id = run.run_id "
        "where run.la_code = :la_code and run.extract_date = :known_on and run.status = 'loaded'",
        la_code=la_code,
        known_on=known_on,
    )
    loaded = {name for kind, name in found if kind == "loaded"}
    told = {name for kind, name in found if kind == "lacking"}
    return told | ({fact.name for fact in FACTS} - loaded if loaded else set())


def _stage_measures(made: Counting) -> None:
    columns = ("measure", "unit", "definition_sha256", "ethnic_group")
    said = {name: [getattr(each, name) or "" for each in made.measures] for name in columns}
    schema = [*((name, pa.string()) for name in columns), ("first_month", pa.date32())]
    made.session.stage(
        made.measure, pa.table({**said, "first_month": made.first_months()}, pa.schema(schema))
    )


def _stage_history(made: Counting) -> None:
    """Measures that look at the same records reach as far back."""
    publication = publication_of(made.session, made.la_code, made.known_on)
    first_month, _ = last_complete_months(made.known_on, publication.months)
    keys = [_records(each) for each in made.measures]
    named = {key: (each.history, key[-1]) for key, each in zip(keys, made.measures, strict=True)}
    reaches = dict(zip(named, reaches_of(made.session, list(named.values())), strict=True))
    found = [
        comparable_from(
            each.history, reaches[key], first_month=first_month, known_on=made.known_on,
            whole_from=publication.history_from,
        )
        for key, each in zip(keys, made.measures, strict=True)
    ]  # fmt: skip
    made.session.stage(
        made.history,
        pa.table(
            {
                "measure": [one.measure for one in made.measures],
                "comparable_from": [bound and bound.since for bound in found],
                "bound_date": [bound and bound.day for bound in found],
                "is_bound_by_end": [bound and bound.by_end for bound in found],
            },
            pa.schema(
                [
                    ("measure", pa.string()),
                    ("comparable_from", pa.date32()),
                    ("bound_date", pa.date32()),
                    ("is_bound_by_end", pa.bool_()),
                ]
            ),
        ),
    )


def _records(one: Measure) -> tuple[str, str, str | None, str | None, str | None]:
    """What is the same of measures that look at the same records; the last is a timescale."""
    history = one.history
    timescale = next(iter(sorted(one.timescales)), None)
    return history.fact, history.first, history.last, history.unless, timescale


def _count_measure(made: Counting, one: Measure, into: str) -> None:
    """For every measure that is defined as this one: they count the same rows."""
    made.session.run(
        f"insert into {into} (la_code, measure, month, child_key, team_key, subject_id, "
        "in_numerator, in_denominator) select :la_code, measure.measure, month, child_key, "
        f"team_key, subject_id, in_numerator, in_denominator from ({one.sql}) as one "
        f"join {made.measure} as measure on measure.definition_sha256 = :definition_sha256 "
        "and one.month >= measure.first_month",
        la_code=made.la_code,
        timescale=one.timescale,
        ethnic_group=one.ethnic_group,
        definition_sha256=one.definition_sha256,
    )


# By the two measures of every timescale, or by nearly all: worked out once for all of them, so that
# a planner knows how many there are.
_READ_BY_MANY = frozenset({"due_in_month", "months", "children"})
_COUNTED = """
    la_code text, measure text, month date, child_key bigint, team_key bigint, subject_id text,
    in_numerator integer, in_denominator integer
"""
# The population of a month is that of the latest mid-year not after the month's year; of a group,
# of the latest that gives it: the census does so every ten years.
_POPULATION = """
with population as (
    select year, '' as ethnic_group, children_0_17
    from warehouse.dim_population
    where la_code = :la_code and known_from <= :known_on and :known_on < known_to
    union all
    select year, lower(group_name), children_0_17
    from warehouse.dim_population_group
    where la_code = :la_code and known_from <= :known_on and :known_on < known_to
    and characteristic = 'ethnic_group'
)
select months.month_start as month, asked.ethnic_group, (
    select population.children_0_17
    from population
    where population.ethnic_group = asked.ethnic_group and population.year <= months.year
    order by population.year desc
    limit 1
) as children_0_17
from months
cross join (select distinct ethnic_group from {}) as asked
"""
# Rates are divided by the population, percentages and caseloads by what was counted, counts by
# nothing. A month with nothing counted has the numerator 0.
_SUMS = """
coalesce(sum(summed.in_numerator), 0) as numerator,
case measure.unit
    when 'per_10000' then max(population.children_0_17)
    when 'count' then null
    else coalesce(sum(summed.in_denominator), 0)
end as denominator
"""
_VALUE = """
cast(case unit
    when 'count' then numerator
    when 'percent' then 100.0 * numerator / nullif(denominator, 0)
    when 'per_worker' then 1.0 * numerator / nullif(denominator, 0)
    else 10000.0 * numerator / nullif(denominator, 0)
end as decimal(28, 10)) as value
"""


def _figure(made: Counting) -> str:
    """SQL of every measure in every month, also where nothing was counted."""
    return f"""
        select measure, definition_sha256, month, cast(numerator as bigint) as numerator,
            cast(denominator as bigint) as denominator, {_VALUE}
        from (
            select measure.measure, measure.unit, measure.definition_sha256, population.month,
                {_SUMS}
            from {made.measure} as measure
            join {made.population} as population
                on population.ethnic_group = measure.ethnic_group
                and population.month >= measure.first_month
            left join {made.summed} as summed
                on summed.measure = measure.measure and summed.month = population.month
            group by measure.measure, measure.unit, measure.definition_sha256, population.month
        ) as every_figure
    """
