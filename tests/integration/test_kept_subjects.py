"""What each figure counts is kept as it was counted last, each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from etl.publish.counting import Counting, make_rows
from etl.publish.coverage import Coverage
from etl.publish.subjects import KEPT, differing_rows, keep_subjects
from etl.warehouse import Session
from etl.warehouse.duckdb.warehouse import DuckDBWarehouse

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
AMY, BEN = 901_000_000_001, 901_000_000_002
COUNTED = "counted_anew"
# A contact, whose it is and in which team.
Row = tuple[str, int, int]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDBWarehouse(tmp_path / "warehouse.duckdb").writing("901") as session:
        make_rows(session, COUNTED)
        yield session


def add(
    session: Session, table: str, *rows: Row, month: date = APRIL, la_code: str = "901"
) -> None:
    for contact, child, team in rows:
        session.run(
            f"insert into {table} (la_code, measure, month, child_key, team_key, subject_id, "
            "in_numerator, in_denominator) "
            "values (:la_code, 'contacts', :month, :child, :team, :contact, 1, null)",
            la_code=la_code, month=month, child=child, team=team, contact=contact,
        )  # fmt: skip


def kept(session: Session, la_code: str = "901") -> list[Row]:
    return session.rows(
        f"select subject_id, child_key, team_key from {KEPT} where la_code = :la_code order by all",
        la_code=la_code,
    )


def latest(session: Session) -> Counting:
    everything = Coverage(None, None, frozenset(), frozenset())
    return Counting(session, "901", date(2026, 5, 2), APRIL, APRIL, (), everything)


def test_what_is_counted_takes_the_place_of_what_was(session: Session) -> None:
    add(session, KEPT, ("as it was", AMY, 1), ("of another team", AMY, 1), ("gone", AMY, 1))
    add(session, KEPT, ("published no more", AMY, 1), month=MARCH)
    add(session, KEPT, ("of another council", AMY, 1), la_code="902")
    counted = [("as it was", AMY, 1), ("new", AMY, 1), ("of another team", AMY, 2)]
    add(session, COUNTED, *counted)
    keep_subjects(latest(session), COUNTED)
    assert kept(session) == counted
    assert kept(session, "902") == [("of another council", AMY, 1)]


def test_what_may_not_go_stays(session: Session) -> None:
    add(session, KEPT, ("1", AMY, 1), ("2", BEN, 1))
    keep_subjects(latest(session), COUNTED, f"kept.child_key = {AMY}")
    assert kept(session) == [("2", BEN, 1)]


def test_what_stands_there_twice_stands_there_once_when_it_was_counted(session: Session) -> None:
    add(session, KEPT, ("1", AMY, 1), ("1", AMY, 1))
    add(session, COUNTED, ("1", AMY, 1))
    assert differing_rows(latest(session), COUNTED) == {"contacts": 1}
    keep_subjects(latest(session), COUNTED)
    assert kept(session) == [("1", AMY, 1)]


def test_what_is_counted_of_one_child_is_no_more_that_of_one_who_did_not_change(
    session: Session,
) -> None:
    add(session, KEPT, ("1", BEN, 1), ("2", BEN, 1))
    add(session, COUNTED, ("1", AMY, 1))
    keep_subjects(latest(session), COUNTED, f"kept.child_key = {AMY}")
    assert kept(session) == [("1", AMY, 1), ("2", BEN, 1)]
