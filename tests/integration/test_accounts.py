"""The account of a day's night that messages give, asked of a warehouse whose audit the test
wrote."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from etl.answers.accounts import Account, accounts_of, extra_of
from etl.warehouse import Session, open_warehouse

DAY = date(2026, 11, 29)
TABLES = {"referral": (5, 2, 3), "visit": (7, 1, 1), "team": (1, 0, None)}


@pytest.fixture(params=["duckdb", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of no warehouse yet."""
    if request.param == "duckdb":
        return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    return str(request.getfixturevalue("postgresql_server").new_database())


def _write_run(session: Session, la_code: str, status: str, hour: int, **said: Any) -> str:
    run_id = f"{la_code}-{hour}"
    session.run(
        "insert into audit.load_run (run_id, la_code, extract_date, status, message, started_at) "
        "values (:run_id, :la_code, :extract_date, :status, :message, :started_at)",
        run_id=run_id,
        la_code=la_code,
        status=status,
        started_at=datetime(2026, 11, 29, hour, tzinfo=UTC).replace(tzinfo=None),
        **{"extract_date": DAY, "message": None} | said,
    )
    return run_id


def _write_counts(session: Session, run_id: str) -> None:
    for name, (new, closed, days) in TABLES.items():
        session.run(
            "insert into audit.table_load (run_id, table_name, new_versions, closed, "
            "days_since_newest_event) values (:run_id, :name, :new, :closed, :days)",
            run_id=run_id, name=name, new=new, closed=closed, days=days,
        )  # fmt: skip
    for number in (1, 2):
        session.run(
            "insert into audit.rejected_row (run_id, table_name, record_number) "
            "values (:run_id, 'referral', :number)",
            run_id=run_id,
            number=number,
        )


def test_each_council_has_an_account_of_the_day_in_the_order_asked_for(url: str) -> None:
    with open_warehouse(url).writing("900") as session:
        loaded = _write_run(session, "900", "loaded", 1, message="Nothing differs.")
        _write_counts(session, loaded)
        stopped = _write_run(session, "907", "stopped", 1, message="Too many rows held back.")
        undone = _write_run(session, "908", "undone", 1)
        _write_run(session, "909", "loaded", 1, extract_date=date(2026, 11, 28))
    assert accounts_of(url, ["907", "900", "908", "909", "910"], DAY) == [
        Account("907", DAY, "stopped", "Too many rows held back.", run_id=stopped),
        Account("900", DAY, "loaded", "Nothing differs.", 2, 13, 3, date(2026, 11, 28), loaded),
        Account("908", DAY, "undone", run_id=undone),
        Account("909", DAY, "nothing"),
        Account("910", DAY, "nothing"),
    ]


def test_of_several_runs_of_a_day_the_loaded_one_counts_else_the_last(url: str) -> None:
    with open_warehouse(url).writing("900") as session:
        _write_run(session, "900", "stopped", 1, message="first")
        _write_run(session, "900", "loaded", 2)
        _write_run(session, "900", "stopped", 3, message="another extract of that date")
        _write_run(session, "907", "undone", 1)
        _write_run(session, "907", "stopped", 2, message="last")
    westmere, eastford = accounts_of(url, ["900", "907"], DAY)
    assert (westmere.became, westmere.run_id) == ("loaded", "900-2")
    assert (eastford.became, eastford.message) == ("stopped", "last")


def test_a_warehouse_that_is_not_there_is_an_answer_for_every_council(url: str) -> None:
    accounts = accounts_of(url, ["900", "907"], DAY)
    assert [each.became for each in accounts] == ["not_known", "not_known"]
    assert {each.message for each in accounts} == {"There is no warehouse there yet."}


def test_a_database_that_cannot_be_reached_is_an_answer_without_its_password() -> None:
    (account,) = accounts_of("postgresql://reader:hidden@127.0.0.1:1/children", ["900"], DAY)
    assert account.became == "not_known"
    assert "cannot be reached" in str(account.message)
    assert "hidden" not in str(account)


def test_what_an_event_carries_of_an_account_is_text_and_numbers_alone(url: str) -> None:
    with open_warehouse(url).writing("900") as session:
        _write_counts(session, _write_run(session, "900", "loaded", 1))
    (account,) = accounts_of(url, ["900"], DAY)
    expected = {
        "la_code": "900",
        "extract_date": "2026-11-29",
        "run_id": "900-1",
        "held_back": 2,
        "new": 13,
        "closed": 3,
        "newest_event": "2026-11-28",
    }
    assert json.loads(json.dumps(extra_of(account))) == expected
    assert extra_of(Account("900", DAY, "nothing"))["newest_event"] is None
