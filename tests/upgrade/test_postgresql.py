"""A PostgreSQL database of the release before: refused until it is upgraded, and then whole.

0.1.0 knew no PostgreSQL. So this release's tables are the earlier ones here, and the next release
is one whose revision adds a column and a table.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from nights.loading import WESTMERE, Ran, command
from servers.postgresql import Server

from etl.warehouse.postgresql import locks
from etl.warehouse.views import views
from upgrade import earlier
from upgrade.earlier import is_said
from upgrade.releases import (
    NEXT,
    NOW,
    REVISION,
    ROWS,
    asked,
    connected,
    content,
    copy_of,
    database_of_this_release,
    database_with_roles,
    next_release,
)

VIEW_NAMES = list(views())
VERSION = "select version_num from audit.schema_version"


@pytest.fixture(scope="module")
def filled(postgresql_server: Server) -> str:
    """The URL of a database of this release, with rows in every table; it is only copied."""
    return database_of_this_release(postgresql_server)


@pytest.fixture
def database(postgresql_server: Server, filled: str) -> str:
    """The URL of a copy of it."""
    return copy_of(postgresql_server, filled)


def upgrade(url: str) -> Ran:
    return command("upgrade", "--warehouse", url)


def views(url: str) -> set[object]:
    return {
        name for (name,) in asked(url, "select viewname from pg_views where schemaname = 'report'")
    }


def test_a_database_of_the_release_before_is_refused_by_name(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(database)
    next_release(monkeypatch, tmp_path)
    night, landing = earlier.last_night(tmp_path), tmp_path / "landing"
    for words in (
        ("load", night, "--authority", WESTMERE, "--landing", landing),
        ("status",),
        ("explain", "single_assessment", "1001"),
    ):
        ran = command(*words, "--warehouse", database)
        assert is_said(ran, 2), ran.err
        assert "csc-etl upgrade" in ran.err
        assert "docs/upgrade.md" in ran.err
    assert content(database) == before
    assert asked(database, VERSION) == [(NOW,)]


def test_it_is_brought_to_the_next_release_with_every_row(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(database)
    assert {len(rows) for rows in before.values()} <= {ROWS, ROWS + 1}
    next_release(monkeypatch, tmp_path)
    ran = upgrade(database)
    assert ran.exit_code == 0, ran.err
    assert content(database) == before
    assert asked(database, VERSION) == [(NEXT,)]
    assert asked(database, "select distinct priority from warehouse.fact_referral") == [(None,)]
    assert views(database) == set(VIEW_NAMES)
    assert command("status", "--warehouse", database).exit_code == 0


def test_everybody_may_read_afterwards_what_they_might_before_and_the_new_table(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_analyst_of(database, "901")
    next_release(monkeypatch, tmp_path)
    assert upgrade(database).exit_code == 0
    for view in VIEW_NAMES:
        asked(database, f"select * from report.{view} limit 1", "analyst_of_901")
    new = asked(database, "select la_code from warehouse.fact_risk", "analyst_of_901")
    assert new == [("901",)]
    seen = asked(database, "select distinct la_code from report.referral", "analyst_of_901")
    assert seen == [("901",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(database, "select * from restricted.child_identity", "analyst_of_901")


def _make_analyst_of(url: str, la_code: str) -> None:
    with psycopg.connect(url) as connection:
        for role in (f"csc_authority_{la_code} nologin", f"analyst_of_{la_code}"):
            connection.execute(f"drop role if exists {role.split()[0]}".encode())
            connection.execute(f"create role {role}".encode())
        granted = f"grant csc_analyst, csc_authority_{la_code} to analyst_of_{la_code}"
        connection.execute(granted.encode())


FAULTS = {
    "in the program": "    raise RuntimeError('a value of a record')",
    "in the database": "    op.execute('select 1 / 0')",
    "after rows were deleted": "    op.execute('delete from warehouse.dim_child'); 1 / 0",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_revision_that_fails_leaves_everything_as_it_was(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    before = content(database)
    with monkeypatch.context() as patch:
        next_release(patch, tmp_path, REVISION + FAULTS[fault])
        ran = upgrade(database)
    assert is_said(ran, 1), ran.err
    assert "a value of a record" not in ran.err
    assert content(database) == before
    assert views(database) == set(VIEW_NAMES)
    ran = command("status", "--warehouse", database)
    assert ran.exit_code == 0, ran.err


def test_upgraded_twice_it_is_the_same_and_has_its_views(database: str) -> None:
    before = content(database)
    ran = upgrade(database)
    assert ran.exit_code == 0, ran.err
    assert content(database) == before
    assert views(database) == set(VIEW_NAMES)


def test_a_database_of_a_later_release_is_refused_and_loses_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        next_release(patch, tmp_path)
        assert upgrade(database).exit_code == 0
    before = content(database)
    for words in (("upgrade",), ("status",), ("explain", "single_assessment", "1001")):
        ran = command(*words, "--warehouse", database)
        assert is_said(ran, 2), ran.err
        assert "later release" in ran.err
    assert content(database) == before
    assert asked(database, "select count(*) from warehouse.fact_risk") == [(2,)]


def test_in_an_empty_database_the_tables_are_made(postgresql_server: Server) -> None:
    url = database_with_roles(postgresql_server)
    assert upgrade(url).exit_code == 0
    assert views(url) == set(VIEW_NAMES)
    assert asked(url, "select child_key from warehouse.dim_child") == [(0,)]


def test_somebody_who_reads_for_long_is_waited_for_and_then_named(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(database)
    monkeypatch.setattr(locks, "LOCK_TIMEOUT", "200ms")
    next_release(monkeypatch, tmp_path)
    with psycopg.connect(database) as reader:
        reader.execute("select * from report.child")
        ran = upgrade(database)
    assert is_said(ran, 1), ran.err
    assert "open transaction" in ran.err
    assert content(database) == before
    assert views(database) == set(VIEW_NAMES)
    assert upgrade(database).exit_code == 0


def test_views_that_somebody_made_of_ours_go_and_are_named(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(database) as connection:
        connection.exec_driver_sql("create view scratch.mine as select * from report.child")
        connection.exec_driver_sql("create view scratch.of_mine as select * from scratch.mine")
        connection.exec_driver_sql("create table scratch.kept as select * from report.child")
    next_release(monkeypatch, tmp_path)
    ran = upgrade(database)
    assert ran.exit_code == 0, ran.err
    assert "view scratch.mine, view scratch.of_mine" in ran.err
    there = asked(
        database, "select relname from pg_class where relnamespace = to_regnamespace('scratch')"
    )
    assert there == [("kept",)]
    assert views(database) == set(VIEW_NAMES)


def test_an_upgrade_with_nothing_to_change_leaves_what_others_made(database: str) -> None:
    with connected(database) as connection:
        connection.exec_driver_sql("create view scratch.mine as select * from report.child")
    ran = upgrade(database)
    assert ran.exit_code == 0, ran.err
    assert asked(database, "select count(*) from scratch.mine") == [(3,)]


def test_a_view_made_of_a_table_that_must_change_stops_an_upgrade_in_four_parts(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(database) as connection:
        connection.exec_driver_sql("create view scratch.mine as select * from warehouse.dim_child")
    retyped = "    op.alter_column('dim_child', 'sex', type_=sa.String(9), schema='warehouse')"
    next_release(monkeypatch, tmp_path, REVISION + retyped)
    ran = upgrade(database)
    assert is_said(ran, 2), ran.err
    assert asked(database, VERSION) == [(NOW,)]
    assert views(database) == set(VIEW_NAMES)
