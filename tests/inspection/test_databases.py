"""A database is known by the names of its tables and columns, and nothing else of it is asked."""

from __future__ import annotations

import json

import pytest
from doors.filling import fill
from servers.postgresql import Server
from sqlalchemy.dialects import mssql
from unit.builders import an_extract

from etl.cli import main
from etl.sources.database.there import SQL_SERVER
from etl.sources.recognition.database import names_of
from inspection.inspecting import inspected

needs_server = pytest.mark.slow


def test_the_statement_for_sql_server_asks_for_names_alone():
    asked = names_of(SQL_SERVER, ["DIM_PERSON"])
    words = str(asked.compile(dialect=mssql.dialect(), compile_kwargs={"literal_binds": True}))
    assert " ".join(words.split()) == (
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM [INFORMATION_SCHEMA].[COLUMNS] "
        "WHERE upper(TABLE_NAME) IN ('DIM_PERSON')"
    )


@needs_server
def test_the_schema_with_a_kinds_tables_is_found(tmp_path, capsys, postgresql_server: Server):
    url = postgresql_server.new_database()
    fill(url, an_extract(tmp_path), schema="reporting")
    postgresql_server.run('create schema "PII"; create table "PII"."PII" ("PII" text)', _name(url))
    said = inspected(capsys, url)
    assert said.found["kind"] == "liquidlogic_database"
    assert said.found["readable"]
    assert said.start is not None
    assert 'schema = "reporting"' in said.start.text()
    assert _password(url) not in said.page + said.start.text() + json.dumps(said.found)


@needs_server
def test_what_a_login_does_not_see_is_named(tmp_path, capsys, postgresql_server: Server):
    url = postgresql_server.new_database()
    fill(url, an_extract(tmp_path))
    postgresql_server.run('drop table "Child_Social"."FACT_REFERRALS"', _name(url))
    said = inspected(capsys, url)
    assert not said.found["readable"]
    assert said.found["schemas"][0]["lacking"] == ["FACT_REFERRALS"]
    assert "does not show to this login: FACT_REFERRALS" in said.plain
    assert said.start is None


@needs_server
def test_a_database_of_another_system_is_none(capsys, postgresql_server: Server, monkeypatch):
    url = postgresql_server.new_database()
    monkeypatch.setenv("CSC_ETL_SOURCE_URL", url)
    assert main(["inspect"]) == 3
    assert "no table is known" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("url", ["oracle://x/PII", "postgresql://PII@127.0.0.1:1/PII"])
def test_a_url_that_leads_nowhere_is_said_to_without_being_shown(capsys, url):
    assert main(["inspect", url]) in (1, 2)
    said = capsys.readouterr()
    assert "PII" not in said.out + said.err
    assert "the URL to inspect" in said.err


def test_a_place_that_no_night_is_fetched_from_is_not_looked_at(capsys):
    assert main(["inspect", "https://PII@host/PII"]) == 2
    said = capsys.readouterr().err
    assert "PII" not in said
    assert "Copy the night" in said


def test_nothing_to_inspect_is_wrong_usage(capsys):
    assert main(["inspect"]) == 2
    assert "Nothing to inspect was named" in capsys.readouterr().err


def _name(url: str) -> str:
    return url.rsplit("/", 1)[-1].partition("?")[0]


def _password(url: str) -> str:
    """What stands for the login in the URL."""
    return url.partition("://")[2].partition("@")[0] or url
