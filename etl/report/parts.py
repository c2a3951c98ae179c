"""What parts of M's figures fall into: bands, teams, and what became of reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from etl.publish.counting import Counting
from etl.report.asked import Asked, records_seen, sql_of
from etl.report.outline import SECTIONS
from etl.report.record import Band, Breakdown, Reviews, Series, Team, Teams

_HEAD = "-- of: "
NUMERATOR, OTHERS = "numerator", "others"
NOT_KNOWN = "not known"
# Fewer are no comparison.
_FEWEST_TEAMS = 2


def breakdowns_of(
    counting: Counting, asked: Asked, series: Mapping[str, Series]
) -> dict[str, Breakdown]:
    """By its name, each breakdown of a measure that is published, may be compared and is not 0."""
    found = {}
    for section in SECTIONS:
        for each in section.breakdowns:
            sql = sql_of(str(Path("breakdowns") / each.name))
            part, measure = _head(sql)
            total = _total(series.get(measure), part)
            if not total:
                continue
            with records_seen(counting, asked, sql, first=asked.month):
                rows = counting.session.rows(sql, **asked.values)
            longest = max((day for *_, day in rows if day is not None), default=None)
            if bands := _bands([(label, number) for label, number, _ in rows], total):
                found[each.name] = Breakdown(each.name, measure, total, bands, longest)
    return found


def _bands(rows: list[tuple[str, int]], total: int) -> tuple[Band, ...]:
    """The bands, and what of the total is in none: of a freeze, records that are known otherwise
    now may be. None where they come to more: then they are of something else."""
    rest = total - sum(number for _, number in rows)
    if rest < 0:
        return ()
    named = rows if rest == 0 else [*rows, (NOT_KNOWN, rest)]
    return tuple(Band(label, number) for label, number in named)


def _head(sql: str) -> tuple[str, str]:
    """Of what a breakdown is, as its file's head says: which part, of which measure. Raises
    ValueError where it says no part."""
    part, _, measure = sql.splitlines()[0].removeprefix(_HEAD).partition(" of ")
    if part not in (NUMERATOR, OTHERS):
        raise ValueError(f"the head of a breakdown names no part of a figure: '{part}'")
    return part, measure


def _total(series: Series | None, part: str) -> int | None:
    """What the bands come to."""
    if series is None or not series.now.is_counted or series.now.numerator is None:
        return None
    if part == NUMERATOR:
        return series.now.numerator
    return (series.now.denominator or 0) - series.now.numerator


def teams_of(counting: Counting, asked: Asked, series: Mapping[str, Series]) -> dict[str, Teams]:
    """By measure, the shares by team of those that a section shows so."""
    rows = counting.session.rows(_TEAMS, **asked.values)
    found = {}
    for measure in _by_team(series):
        teams = [
            Team(name, numerator, denominator)
            for of, name, numerator, denominator in rows
            if of == measure
        ]
        named = [team for team in teams if team.name is not None]
        if len(teams) >= _FEWEST_TEAMS and named:
            found[measure] = Teams(measure, tuple(teams))
    return found


def _by_team(series: Mapping[str, Series]) -> Iterator[str]:
    for section in SECTIONS:
        if section.teams and (of := series.get(section.teams.measure)) and of.now.is_counted:
            yield section.teams.measure


_TEAMS = """
select counted.measure, team.name, cast(sum(counted.in_numerator) as bigint),
    cast(sum(counted.in_denominator) as bigint)
from counted_in_month as counted
left join warehouse.dim_team as team
    on team.team_key = counted.team_key and team.team_key <> 0
    and team.known_from <= :known_on and :known_on < team.known_to
where counted.in_denominator is not null
group by counted.measure, team.name
order by counted.measure, case when team.name is null then 1 else 0 end, team.name
"""


def reviews_of(counting: Counting, asked: Asked, series: Mapping[str, Series]) -> Reviews | None:
    """What became of the reviews due in M; None where they are not published, or of a freeze that
    counted others than are known now to have been due."""
    of = series.get("reviews_in_time_pct")
    if of is None or not of.now.is_counted:
        return None
    sql = sql_of("reviews")
    with records_seen(counting, asked, sql, first=asked.month):
        [row] = counting.session.rows(sql, **asked.values)
        [(recorded_from,)] = counting.session.rows(_FIRST_EXTRACT, **asked.values)
    due, in_time, recorded_late, unknown, late, awaiting = row
    if (in_time, due) != (of.now.numerator, of.now.denominator):
        return None
    return Reviews(
        due=due, in_time=in_time, recorded_late=None if unknown else recorded_late, late=late,
        awaiting=awaiting, not_done=due - in_time - late - awaiting, recorded_from=recorded_from,
    )  # fmt: skip


_FIRST_EXTRACT = """
select min(known_from) from warehouse.dim_authority where la_code = :la_code
"""
