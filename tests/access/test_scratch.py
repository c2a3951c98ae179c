"""What an analyst makes for himself: a night neither drops it nor is stopped by it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from nights.loading import command
from servers.postgresql import Server

from access.people import REFUSED, Warehouse, a_warehouse, ask, refusal
from etl.settings import VIEWS
from etl.warehouse import open_warehouse, views

MINE = "create view scratch.mine as select team_id, name from report.team"
OF_MINE = "create materialized view scratch.of_mine as select count(*) as teams from scratch.mine"
NAMED = "create function scratch.named(report.team) returns text language sql as 'select $1.name'"
TABLE = "create table scratch.kept as select team_id from report.team"
GOES_WITH_TEAM = (
    "function scratch.named(report.team), materialized view scratch.of_mine, view scratch.mine"
)


@pytest.fixture
def warehouse(postgresql_server: Server) -> Iterator[Warehouse]:
    """One whose tables and views are made."""
    with a_warehouse(postgresql_server) as warehouse:
        ran = command("upgrade", "--warehouse", warehouse.login("csc_loader"))
        assert ran.exit_code == 0, ran.err
        yield warehouse


@pytest.fixture
def analyst(warehouse: Warehouse) -> str:
    """The URL of an analyst, who has made views and a table."""
    url = warehouse.login("csc_analyst", "csc_authority_901")
    with psycopg.connect(url) as connection:
        for statement in (MINE, OF_MINE, NAMED, TABLE):
            connection.execute(statement.encode())
    return url


@pytest.fixture
def with_views(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes the program one in whose view of teams another text stands in the place of one."""

    def change(text: str, other: str) -> None:
        folder = tmp_path / "views"
        folder.mkdir()
        for file in VIEWS.iterdir():
            said = file.read_text(encoding="utf-8")
            if file.stem == "team":
                assert text in said
                said = said.replace(text, other)
            (folder / file.name).write_text(said, encoding="utf-8")
        monkeypatch.setattr(views, "VIEWS", folder)

    return change


def make_views(warehouse: Warehouse) -> None:
    """As a night does that loads."""
    with open_warehouse(warehouse.login("csc_loader")).writing("901") as session:
        views.publish_views(session)


def columns(warehouse: Warehouse) -> set[str]:
    """Those of the view of teams."""
    return {
        name
        for (name,) in warehouse.administer(
            "select column_name from information_schema.columns "
            "where table_schema = 'report' and table_name = 'team'"
        )
    }


def test_an_analyst_makes_temporary_tables_and_what_others_do_not_read(
    warehouse: Warehouse, analyst: str
) -> None:
    with psycopg.connect(analyst) as connection:
        connection.execute("create temporary table today as select * from report.team")
    assert ask(analyst, "select count(*) from scratch.mine") == [(1,)]
    other = warehouse.login("csc_analyst")
    for relation in ("mine", "of_mine", "kept"):
        with psycopg.connect(other) as connection:
            assert refusal(connection, f"select * from scratch.{relation}") == REFUSED


def test_a_column_at_the_end_comes_under_what_an_analyst_made(
    warehouse: Warehouse, analyst: str, with_views: Callable[[str, str], None]
) -> None:
    with_views("end as known_since", "end as known_since,\n    run_id")
    make_views(warehouse)
    assert "run_id" in columns(warehouse)
    assert ask(analyst, "select count(*) from scratch.mine") == [(1,)]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("    name,\n", "    name as title,\n"),
        ("    name,\n", "    cast(name as varchar) as name,\n"),
    ],
    ids=["another name", "another type"],
)
def test_a_night_that_would_drop_it_keeps_its_views_and_says_so(
    warehouse: Warehouse,
    analyst: str,
    with_views: Callable[[str, str], None],
    caplog: pytest.LogCaptureFixture,
    text: str,
    other: str,
) -> None:
    before = columns(warehouse)
    with_views(text, other)
    with caplog.at_level(logging.WARNING):
        make_views(warehouse)
    assert GOES_WITH_TEAM in caplog.text
    assert "csc-etl upgrade" in caplog.text
    assert columns(warehouse) == before
    assert ask(analyst, "select name from scratch.mine") == [("not known",)]
    ran = command("upgrade", "--warehouse", warehouse.login("csc_loader"))
    assert ran.exit_code == 0, ran.err
    assert GOES_WITH_TEAM in ran.err
    there = warehouse.administer(
        "select relname from pg_class where relnamespace = to_regnamespace('scratch')"
    )
    assert there == [("kept",)]


def test_a_view_of_which_nothing_is_made_is_made_anew_beside_those_of_which_something_is(
    warehouse: Warehouse, analyst: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in VIEWS.iterdir():
        said = file.read_text(encoding="utf-8")
        if file.stem == "code_label":  # of which most others are made
            said = said.replace("    national_code,", "    national_code as of_england,")
            assert "of_england" in said
        (tmp_path / file.name).write_text(said, encoding="utf-8")
    monkeypatch.setattr(views, "VIEWS", tmp_path)
    make_views(warehouse)
    asked = "select count(*) from report.code_label where of_england is null"
    assert ask(analyst, asked) == [(0,)]
    assert ask(analyst, "select count(*) from report.referral") == [(0,)]
    assert ask(analyst, "select count(*) from scratch.mine") == [(1,)]
