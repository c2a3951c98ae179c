"""A load ends where a current row names a member that is not current."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from unit.builders import NIGHT, a_run

from etl.contracts.register import STAR
from etl.errors import UnexpectedFault
from etl.load.star import _check_no_orphan
from etl.load.versions import Versions
from etl.warehouse import Session
from etl.warehouse.duckdb.warehouse import DuckDBWarehouse

BEFORE, NEVER = date(2000, 1, 1), date(9999, 12, 31)
NOTHING = {table.name: Versions(loaded=0, unchanged=0, new=0, closed=0) for table in STAR}
ONE_NEW = Versions(loaded=1, unchanged=0, new=1, closed=0)
ONE_CLOSED = Versions(loaded=0, unchanged=0, new=0, closed=1)
CHILD, OTHER = 874_000_000_001, 874_000_000_002
TEAM = 874_000_000_003


@contextmanager
def writing(folder: Path) -> Iterator[Session]:
    with DuckDBWarehouse(folder / "warehouse.duckdb").writing("874") as session:
        yield session


def add_member(session: Session, member: str, key: int, known_to: date) -> None:
    """member: child or team."""
    identified_by = {"child": "child_token", "team": "team_id"}[member]
    session.run(
        f"insert into warehouse.dim_{member} (la_code, {member}_key, {identified_by}, run_id, "
        "known_from, known_to) values ('874', :key, 'theirs', 'run', :known_from, :known_to)",
        key=key, known_from=BEFORE, known_to=known_to,
    )  # fmt: skip


def add_record(
    session: Session, table: str, child: int, team: int, known_from: date, la_code: str = "874"
) -> None:
    """Of a family and worker that nobody knows."""
    session.run(
        f"insert into warehouse.fact_{table} (la_code, {table}_id, child_key, family_key, "
        "team_key, worker_key, run_id, known_from, known_to) "
        "values (:la_code, '1', :child, 0, :team, 0, 'run', :known_from, :known_to)",
        la_code=la_code, child=child, team=team, known_from=known_from, known_to=NEVER,
    )  # fmt: skip


def check(session: Session, folder: Path, **done: Versions) -> None:
    run = a_run(folder / "extract", folder / "authority.toml")
    _check_no_orphan(session, run, NOTHING | done)


def test_what_came_tonight_names_current_members_or_none(tmp_path: Path):
    with writing(tmp_path) as session:
        add_member(session, "child", CHILD, NEVER)
        add_record(session, "contact", CHILD, 0, NIGHT)
        add_record(session, "referral", CHILD, 0, NIGHT)
        check(session, tmp_path, contact=ONE_NEW, referral=ONE_NEW)


def test_each_table_and_key_by_which_a_member_is_lacking_is_named(tmp_path: Path):
    with writing(tmp_path) as session:
        add_member(session, "child", CHILD, NEVER)
        add_record(session, "contact", CHILD, 874_000_000_009, NIGHT)
        add_record(session, "referral", OTHER, 0, NIGHT)
        add_record(session, "early_help", CHILD, 0, NIGHT)
        with pytest.raises(UnexpectedFault) as fault:
            check(session, tmp_path, contact=ONE_NEW, referral=ONE_NEW, early_help=ONE_NEW)
    lacking = "1 rows of fact_contact by team_key; 1 rows of fact_referral by child_key"
    assert fault.value.what == f"Rows refer to members that are not current: {lacking}."


def test_a_record_of_before_whose_child_went_tonight_is_found(tmp_path: Path):
    with writing(tmp_path) as session:
        add_member(session, "child", CHILD, NEVER)
        add_member(session, "child", OTHER, NIGHT)
        add_record(session, "contact", CHILD, 0, BEFORE)
        add_record(session, "referral", OTHER, 0, BEFORE)
        with pytest.raises(UnexpectedFault, match="1 rows of fact_referral by child_key\\."):
            check(session, tmp_path, child=ONE_CLOSED)


def test_a_record_of_before_whose_child_and_team_went_is_one_by_each(tmp_path: Path):
    with writing(tmp_path) as session:
        add_member(session, "child", CHILD, NIGHT)
        add_member(session, "team", TEAM, NIGHT)
        add_record(session, "contact", CHILD, TEAM, BEFORE)
        lacking = "1 rows of fact_contact by child_key; 1 rows of fact_contact by team_key\\."
        with pytest.raises(UnexpectedFault, match=lacking):
            check(session, tmp_path, child=ONE_CLOSED, team=ONE_CLOSED)


def test_a_record_of_another_council_is_not_looked_at(tmp_path: Path):
    with writing(tmp_path) as session:
        add_member(session, "child", CHILD, NIGHT)
        add_record(session, "contact", OTHER, 0, NIGHT, "875")
        add_record(session, "referral", CHILD, 0, BEFORE, "875")
        check(session, tmp_path, contact=ONE_NEW, child=ONE_CLOSED)
