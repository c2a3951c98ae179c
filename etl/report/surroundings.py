"""What is to be known to read a month's figures: how fresh they are, what was held back, what the
extract lacked, which rules were in force, and by how many children rates are divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from etl.contracts.register import BY_NAME
from etl.derive.register import RULES
from etl.publish.as_known import FACT_OF
from etl.publish.counting import Counting
from etl.publish.measures import Measure
from etl.report.asked import Asked, records_seen, sql_of
from etl.report.record import (
    Absent,
    Account,
    HeldBackRows,
    Population,
    Rule,
    Series,
)

# The three by which a month is judged, then the rest.
JUDGED_BY = ("contact", "referral", "visit")
_NEWEST = (*JUDGED_BY, "single assessment authorised")


def newest_of(counting: Counting, asked: Asked) -> dict[str, date | None]:
    """By what it is of, the newest day up to the extract's; of a table that is not there None."""
    sql = sql_of("newest")
    with records_seen(counting, asked, sql, first=asked.month):
        [row] = counting.session.rows(sql, **asked.values)
    return dict(zip(_NEWEST, row, strict=True))


def account_of(counting: Counting, asked: Asked) -> tuple[Account, dict[str, HeldBackRows]]:
    """What became of the extract's rows, and by table of ours those that were held back."""
    rows = counting.session.rows(_ROWS, **asked.values)
    held = {
        name: HeldBackRows(BY_NAME[name].noun or name.replace("_", " "), held_back, kept)
        for name, _, _, held_back, kept in rows
        if held_back
    }
    by_table: dict[str, int] = {}
    for each in held.values():
        by_table[each.thing] = by_table.get(each.thing, 0) + each.rows
    account = Account(
        read=sum({source: read for _, source, read, _, _ in rows}.values()),
        held_back=sum(each.rows for each in held.values()),
        kept=sum(each.kept for each in held.values()),
        by_table=by_table,
    )
    return account, held


_ROWS = """
select loaded.table_name, loaded.source_table, loaded.rows_in_file,
    coalesce(loaded.held_back, 0), coalesce(loaded.kept_earlier_version, 0)
from audit.table_load as loaded
join audit.load_run as run on run.run_id = loaded.run_id
where run.la_code = :la_code and run.extract_date = :known_on and run.status = 'loaded'
and loaded.rows_in_file is not null
order by loaded.table_name
"""


def with_held_back(
    series: Mapping[str, Series], measures: tuple[Measure, ...], held: Mapping[str, HeldBackRows]
) -> dict[str, Series]:
    """The measures with the rows held back of what each counts, and of what tells that it was
    done."""
    by_name = {measure.measure: measure for measure in measures}
    return {
        name: replace(one, held_back=tuple(_held_back(by_name[name], held)))
        for name, one in series.items()
    }


def _held_back(measure: Measure, held: Mapping[str, HeldBackRows]) -> Iterator[HeldBackRows]:
    """Of what is owed a measure's SQL names the obligations alone."""
    rules = [rule for rule in RULES if rule.timescale in measure.timescales]
    owed, done = {rule.clock.table for rule in rules}, {rule.stop.table for rule in rules}
    for table, rows in held.items():
        if table in owed or _view(table) in measure.reads:
            yield rows
        elif table in done:
            yield replace(rows, is_done=True)


def _view(table: str) -> str:
    return "children" if table == "child" else f"known_{table}"


def absent_of(counting: Counting, asked: Asked, every: list[Measure]) -> tuple[Absent, ...]:
    """The tables that the extract lacked, and which measures are not published for that."""
    counted = {measure.measure for measure in counting.measures}
    missing = [measure for measure in every if measure.measure not in counted]
    rows = counting.session.rows(_LACKING, **asked.values)
    return tuple(
        Absent(
            table.replace("_", " "),
            tuple(measure.title for measure in missing if f"known_{table}" in measure.reads),
        )
        for (table,) in rows
        if f"known_{table}" in FACT_OF
    )


_LACKING = """
select observed.detail
from audit.observation as observed
join audit.load_run as run on run.run_id = observed.run_id
where run.la_code = :la_code and run.extract_date = :known_on and run.status = 'loaded'
and observed.observation = 'table_lacking'
order by observed.detail
"""


def rules_of(counting: Counting, asked: Asked) -> tuple[Rule, ...]:
    """The rules in force at the end of M, and those whose place they took within the year to it;
    only of timescales by which something of the authority was ever owed."""
    rows = counting.session.rows(_RULES, **asked.values)
    return tuple(
        Rule(
            timescale, title, allowance, citation, bool(is_local),
            since=begins if year_began < begins else None,
            until=date.fromordinal(ends.toordinal() - 1) if ends <= last_day else None,
        )
        for timescale, title, allowance, citation, is_local, begins, ends, year_began, last_day
        in rows
    )  # fmt: skip


_RULES = """
with period as (
    select month_end as last_day, cast(month_start - interval '11 months' as date) as year_began
    from warehouse.dim_date where date = :month
),
owed as (
    select distinct timescale from warehouse.fact_timescale_obligation
    where la_code = :la_code and known_from <= :known_on and :known_on < known_to
)
select rule.timescale, rule.title, rule.allowance, rule.citation, rule.is_local,
    rule.effective_from, rule.effective_to, period.year_began, period.last_day
from warehouse.dim_timescale as rule
cross join period
join owed on owed.timescale = rule.timescale
where rule.la_code = :la_code and rule.known_from <= :known_on and :known_on < rule.known_to
and rule.effective_from <= period.last_day and rule.effective_to > period.year_began
order by rule.title, rule.effective_from
"""


def population_of(counting: Counting, asked: Asked) -> Population | None:
    """The children by which M's rates are divided, and of which mid-year."""
    rows = counting.session.rows(_POPULATION, **asked.values)
    return Population(*rows[0]) if rows else None


_POPULATION = """
select population.children_0_17, population.year
from warehouse.dim_population as population
join warehouse.dim_date as calendar on calendar.date = :month
where population.la_code = :la_code
and population.known_from <= :known_on and :known_on < population.known_to
and population.year <= calendar.year
order by population.year desc
limit 1
"""


def earlier_freezes(counting: Counting, asked: Asked) -> tuple[tuple[str, date], ...]:
    """The freezes of M known before the report's day, the first made first."""
    rows = counting.session.rows(_EARLIER, **asked.values)
    return tuple((label, known_on) for label, known_on in rows)


_EARLIER = """
select label, known_on from report.frozen_month
where la_code = :la_code and month = :month and known_on < :known_on
order by known_on, frozen_at
"""
