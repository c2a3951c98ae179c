"""The latest figures are brought to what was counted where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from etl.publish.counting import Counting
from etl.publish.coverage import Coverage
from etl.publish.publish import LATEST, figures_unlike, store, store_latest
from etl.warehouse import Session
from etl.warehouse.duckdb.warehouse import DuckDBWarehouse

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
NORTH, SOUTH = 901_000_000_001, 901_000_000_002
# A month, a team, and how many contacts were counted.
Counted = tuple[date, int, int]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDBWarehouse(tmp_path / "warehouse.duckdb").writing("901") as session:
        yield session


def counting(session: Session, *counted: Counted, la_code: str = "901") -> Counting:
    """Contacts counted in these months and teams, as known at the end of the last of them."""
    everything = Coverage(None, None, frozenset(), frozenset())
    last = max(month for month, _, _ in counted)
    made = Counting(session, la_code, last.replace(day=28), MARCH, last, (), everything)
    session.run(
        f"create temporary table {made.measure} as select 'contacts' as measure, 'count' as unit, "
        "'' as ethnic_group, date '2026-03-01' as first_month"
    )
    session.run(
        f"create temporary table {made.history} as "
        "select 'contacts' as measure, date '2026-03-01' as comparable_from"
    )
    rows = ", ".join(f"(date '{month}', {team}, {contacts})" for month, team, contacts in counted)
    session.run(
        f"create temporary table {made.summed} as select 'contacts' as measure, month, team_key, "
        "in_numerator, cast(null as bigint) as in_denominator "
        f"from (values {rows}) as counted (month, team_key, in_numerator)"
    )
    session.run(
        f"create temporary table {made.population} as "
        f"select distinct month, '' as ethnic_group, 1000 as children_0_17 from {made.summed}"
    )
    session.run(
        f"create temporary table {made.figure} as select measure, 'a hash' as definition_sha256, "
        "month, sum(in_numerator) as numerator, cast(null as bigint) as denominator, "
        f"cast(sum(in_numerator) as decimal(28, 10)) as value from {made.summed} group by all"
    )
    return made


def unlike(made: Counting, label: str = LATEST) -> list[dict[str, int]]:
    return list(figures_unlike(made, label).values())


def test_what_was_counted_takes_the_place_of_what_stood_there(session: Session) -> None:
    store_latest(counting(session, (MARCH, NORTH, 3), (APRIL, NORTH, 4), (APRIL, SOUTH, 5)))
    now = counting(session, (APRIL, NORTH, 4), (APRIL, SOUTH, 6), (MAY, SOUTH, 7))
    store_latest(now)
    assert unlike(now) == [{}, {}]


def test_what_was_frozen_and_what_others_published_stays(session: Session) -> None:
    frozen, others = (counting(session, (MARCH, NORTH, 3), la_code=la) for la in ("901", "902"))
    store(frozen, "Q4")
    store_latest(others)
    store_latest(frozen)
    store_latest(counting(session, (APRIL, SOUTH, 9)))
    assert unlike(frozen, "Q4") == unlike(others) == [{}, {}]


def test_a_team_is_called_in_every_month_as_it_is_called_now(session: Session) -> None:
    session.run(
        "insert into warehouse.dim_team (la_code, team_key, team_id, name, run_id, known_from, "
        f"known_to) values ('901', {NORTH}, '1', 'North', 'run', date '2026-03-01', "
        f"date '2026-04-20'), ('901', {NORTH}, '1', 'Hills', 'run', date '2026-04-20', "
        "date '9999-12-31')"
    )
    names = "select distinct team_name from report.monthly_measure_by_team"
    store_latest(counting(session, (MARCH, NORTH, 3)))
    assert session.rows(names) == [("North",)]
    store_latest(counting(session, (MARCH, NORTH, 3), (APRIL, NORTH, 4)))
    assert session.rows(names) == [("Hills",)]
