"""Which columns figures hang on: what clocks, stops and measures read, back to what is read from a
source. Nobody lists them: rules, measures and contracts say it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from etl.contracts.contract import DIMENSION_KEYS, Maker
from etl.contracts.hand_overs import TableColumn
from etl.contracts.register import BY_NAME, CONFORMED
from etl.derive.register import RULES
from etl.derive.rule import Rule
from etl.publish.as_known import FACT_OF
from etl.publish.measures import Measure, measures


@cache
def relied_on() -> frozenset[TableColumn]:
    """Table and column, of every conformed column that some figure hangs on."""
    asked = {read for rule in RULES for read in _read_by_rule(rule)}
    for measure in every_measure():
        asked |= _read_by_measure(measure)
    asked |= _that_tell_apart()
    return frozenset(_worked_out_from(asked))


def figures() -> dict[str, tuple[str, ...]]:
    """By table of ours, the titles of the measures that count its rows, by themselves or by what is
    owed: the figures that a row of it moves."""
    return {table.name: _figures_of(table.name) for table in CONFORMED}


@cache
def _figures_of(table: str) -> tuple[str, ...]:
    owed = {rule.timescale for rule in RULES if table in rule.tables}
    return tuple(
        measure.title
        for measure in every_measure()
        if measure.timescales & owed
        or any(FACT_OF[view].name == table for view in measure.reads if view in FACT_OF)
    )


@cache
def every_measure() -> tuple[Measure, ...]:
    """Those that there are, the pairs of every timescale among them."""
    return tuple(measures({rule.timescale: rule.title for rule in RULES}))


def _read_by_rule(rule: Rule) -> Iterator[TableColumn]:
    clock, stop = rule.clock, rule.stop
    named = [clock.subject_id, clock.starts, clock.ends, *clock.only, *clock.unless]
    named += [rule.later.only] if rule.later else []
    yield from ((clock.table, name) for name in named if name)
    met_by = [stop.subject_id, stop.date, stop.recorded, stop.meeting_id, *stop.only, *stop.unless]
    yield from ((stop.table, name) for name in met_by if name)


def _read_by_measure(measure: Measure) -> set[TableColumn]:
    """A key of a dimension stands for the token or id by which it is found, on the record itself or
    on the referral that it leads to."""
    tokens = {key: token for key, (token, _) in DIMENSION_KEYS.items()}
    found = set()
    for view, columns in measure.reads.items():
        if fact := FACT_OF.get(view):
            found |= {(fact.name, tokens.get(column, column)) for column in columns}
            found |= {(fact.name, name) for name in fact.owned_through}
    return found


def _that_tell_apart() -> set[TableColumn]:
    """Columns of which single codes matter, what closes every clock of a child and takes it out of
    the measures, that it was merged, or died, and by which its ethnic group is told."""
    return {
        (table.name, column.name)
        for table in CONFORMED
        for column in table.columns
        if column.hangs_on or column.name in ("is_merged", "died_date", "ethnicity_code")
    }


def _worked_out_from(asked: set[TableColumn]) -> Iterator[TableColumn]:
    """The conformed columns among them, and those behind the others."""
    known = {table.name for table in CONFORMED}
    seen: set[TableColumn] = set()
    waiting = [name for name in asked if name[0] in known and BY_NAME[name[0]].has(name[1])]
    while waiting:
        table, name = waiting.pop()
        if (table, name) in seen:
            continue
        seen.add((table, name))
        column = BY_NAME[table].column(name)
        for each in column.made_of:
            other, _, of_other = each.rpartition(".")
            waiting.append((other or table, of_other))
        if column.made_by is not Maker.DERIVE:
            yield table, name
