"""Whoever only reads tries everything else, on everything that the server's catalogue lists: a
table or view of tomorrow is tried too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from nights.loading import command
from servers.postgresql import Server

from access.people import READERS, REFUSED, SCHEMAS, Warehouse, a_warehouse, ask, refusal, user

VISITOR = "no role"
EVERYBODY = (*READERS, VISITOR)
# A view, or a column of one, that no one can write to says so before it looks at who asks.
NOT_WRITABLE = {"55000", "0A000"}
# What an analyst is shown of the audit: which nights there are, and what they held back.
AUDIT_FOR_ALL = {
    "audit.load_run", "audit.table_load", "audit.rejected_row", "audit.observation",
    "audit.schema_version",
}  # fmt: skip
IDENTITIES = {
    "restricted.child_identity", "restricted.worker_identity", "restricted.family_identity",
    "restricted.held_back", "restricted.reported",
}  # fmt: skip

ON_ANYTHING = (
    "insert into {relation} default values",
    "update {relation} set {column} = {column}",
    "delete from {relation}",
    "drop {kind} {relation} cascade",
    "alter {kind} {relation} rename to mine",
    "alter {kind} {relation} owner to current_user",
    "alter {kind} {relation} set schema public",
    "comment on {kind} {relation} is 'mine'",
    "lock table {relation} in access exclusive mode",
    "create rule mine as on insert to {relation} do instead nothing",
)
ON_TABLES = (
    "truncate {relation}",
    "copy {relation} from stdin",
    "alter table {relation} add column mine text",
    "alter table {relation} alter column {column} drop default",
    "alter table {relation} disable row level security",
    "alter table {relation} disable trigger all",
    "create policy mine on {relation} using (true)",
    "alter policy own_authority on {relation} using (true)",
    "drop policy own_authority on {relation}",
    "create index on {relation} ({column})",
    "create statistics public.mine (mcv) on {column}, known_from from {relation}",
    "create trigger mine before insert on {relation} "
    "execute function suppress_redundant_updates_trigger()",
)
ON_VIEWS = (
    "alter view {relation} reset (security_invoker)",
    "alter view {relation} set (security_invoker = false)",
    "create or replace view {relation} as select 1 as mine",
)
IN_A_SCHEMA = (
    "create table {schema}.mine (mine text)",
    "create view {schema}.mine as select 1 as mine",
    "create materialized view {schema}.mine as select 1 as mine",
    "create function {schema}.mine() returns text language sql return 'mine'",
    "create sequence {schema}.mine",
    "create type {schema}.mine as (mine text)",
    "alter schema {schema} owner to current_user",
    "drop schema {schema} cascade",
    "alter default privileges for role csc_loader in schema {schema} "
    "grant select on tables to current_user",
)
# What analysts alone may.
FOR_ANALYSTS = (
    "create temporary table mine (mine text)",
    "create temporary view mine as select 1 as mine",
    "create table scratch.mine (mine text)",
    "create view scratch.mine as select 1 as mine",
)
ON_THE_SERVER = (
    "set role csc_loader",
    "set role csc_authority_902",
    "set session authorization csc_loader",
    "grant csc_loader to {me}",
    "grant csc_operational to {me}",
    "grant csc_authority_902 to {me}",
    "create role mine",
    "create role csc_authority_903",
    "alter role {me} superuser",
    "alter role {me} bypassrls",
    "alter role {me} createrole",
    "alter role csc_authority_902 rename to csc_authority_903",
    "alter role csc_loader login password 'mine'",
    "alter database {database} owner to {me}",
    "create schema mine",
    "set session_replication_role = replica",
    "select * from pg_authid",
    "select * from pg_statistic",
    "select pg_read_file('PG_VERSION')",
    "copy (select 1) to '/tmp/mine'",
    "copy (select 1) to program 'cat'",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'mine')",
    "select lo_put(1, 0, 'mine')",
    "select lo_open(1, 131072)",
    "select lowrite(0, 'mine')",
    "select lo_import('/etc/hostname')",
)


@dataclass(frozen=True)
class Visited:
    """A warehouse whose tables and views are made, and the URL of somebody of each role."""

    warehouse: Warehouse
    urls: dict[str, str]


@pytest.fixture(scope="module")
def visited(postgresql_server: Server) -> Iterator[Visited]:
    with a_warehouse(postgresql_server) as warehouse:
        made = command("upgrade", "--warehouse", warehouse.login("csc_loader"))
        assert made.exit_code == 0, made.err
        urls = {role: warehouse.login(role, "csc_authority_901") for role in READERS}
        warehouse.login("csc_authority_902")
        yield Visited(warehouse, {**urls, VISITOR: warehouse.visitor()})


def may_read(role: str, relation: str) -> bool:
    schema = relation.partition(".")[0]
    if role == VISITOR:
        return False
    if schema in ("report", "warehouse"):
        return True
    if schema == "audit":
        return role == "csc_auditor" or relation in AUDIT_FOR_ALL
    return role == "csc_operational" and relation in IDENTITIES


def test_there_is_nothing_but_tables_and_views(visited: Visited) -> None:
    # A sequence, materialized view or foreign table would need rules of its own.
    kinds = {kind for _, kind, _ in visited.warehouse.relations()}
    assert kinds == {"r", "v"}


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("attempt", [*ON_ANYTHING, *ON_TABLES, *ON_VIEWS])
def test_nobody_changes_a_table_or_view(visited: Visited, role: str, attempt: str) -> None:
    kinds = {"r": "table"} if attempt in ON_TABLES else {"v": "view"}
    kinds = {"r": "table", "v": "view"} if attempt in ON_ANYTHING else kinds
    answers = {}
    with psycopg.connect(visited.urls[role]) as connection:
        for relation, kind, column in visited.warehouse.relations():
            if kind in kinds:
                words = {"relation": relation, "kind": kinds[kind], "column": column}
                answers[relation] = refusal(connection, attempt.format(**words)), kind
    assert answers
    let_through = {
        relation: code
        for relation, (code, kind) in answers.items()
        if code != REFUSED and not (kind == "v" and code in NOT_WRITABLE)
    }
    assert let_through == {}


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("schema", [*SCHEMAS, "public"])
def test_nobody_makes_anything_in_a_schema(visited: Visited, role: str, schema: str) -> None:
    with psycopg.connect(visited.urls[role]) as connection:
        answers = {
            attempt: refusal(connection, attempt.format(schema=schema)) for attempt in IN_A_SCHEMA
        }
    assert set(answers.values()) == {REFUSED}, answers


@pytest.mark.parametrize("role", EVERYBODY)
def test_nobody_becomes_somebody_else(visited: Visited, role: str) -> None:
    url = visited.urls[role]
    words = {"me": user(url), "database": visited.warehouse.database}
    with psycopg.connect(url) as connection:
        answers = {
            attempt: refusal(connection, attempt.format(**words)) for attempt in ON_THE_SERVER
        }
    assert set(answers.values()) == {REFUSED}, answers


@pytest.mark.parametrize("role", EVERYBODY)
def test_analysts_alone_make_something_for_themselves(visited: Visited, role: str) -> None:
    with psycopg.connect(visited.urls[role]) as connection:
        answers = {attempt: refusal(connection, attempt) for attempt in FOR_ANALYSTS}
    wanted = None if role == "csc_analyst" else REFUSED
    assert set(answers.values()) == {wanted}, answers


@pytest.mark.parametrize("role", EVERYBODY)
def test_each_role_reads_what_it_may_and_nothing_else(visited: Visited, role: str) -> None:
    relations = [relation for relation, _, _ in visited.warehouse.relations()]
    with psycopg.connect(visited.urls[role]) as connection:
        answers = {
            relation: refusal(connection, f"select * from {relation}") for relation in relations
        }
    wanted = {relation: None if may_read(role, relation) else REFUSED for relation in relations}
    assert answers == wanted


@pytest.mark.parametrize("role", READERS)
def test_switching_row_security_off_shows_an_error_not_rows(visited: Visited, role: str) -> None:
    readable = [
        relation for relation, _, _ in visited.warehouse.relations() if may_read(role, relation)
    ]
    with psycopg.connect(visited.urls[role], options="-c row_security=off") as connection:
        answers = {
            relation: refusal(connection, f"select * from {relation}") for relation in readable
        }
    assert answers == dict.fromkeys(readable, REFUSED)


@pytest.mark.parametrize("role", EVERYBODY)
def test_nobody_passes_on_what_was_granted_to_him(visited: Visited, role: str) -> None:
    granted = "select oid, relacl::text from pg_class"
    with psycopg.connect(visited.urls[role], autocommit=True) as connection:
        before = set(connection.execute(granted).fetchall())
        for relation, _, _ in visited.warehouse.relations():
            answer = refusal(connection, f"grant select on {relation} to public")
            # who has the right without leave to pass it on gets a warning, and nothing is done
            assert answer == (None if may_read(role, relation) else REFUSED)
        assert set(connection.execute(granted).fetchall()) == before


def test_who_has_no_role_cannot_even_connect(visited: Visited) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        ask(visited.warehouse.login(), "select 1")
