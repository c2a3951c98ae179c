"""An administrator runs roles.sql: again, at the same time as another, late, or next to a database
in which nobody did."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from nights.loading import command
from servers.postgresql import Server

from access.people import READERS, REFUSED, ROLES_SQL, Warehouse, a_warehouse, ask, refusal, user


@pytest.fixture(scope="module")
def warehouse(postgresql_server: Server) -> Iterator[Warehouse]:
    """One whose tables and views are made."""
    with a_warehouse(postgresql_server) as warehouse:
        upgrade(warehouse.login("csc_loader"))
        yield warehouse


def upgrade(url: str) -> None:
    ran = command("upgrade", "--warehouse", url)
    assert ran.exit_code == 0, ran.err


def answer(url: str, sql: str) -> str | None:
    """The code by which the server refuses a statement of a login."""
    with psycopg.connect(url) as connection:
        return refusal(connection, sql)


def test_the_roles_can_do_nothing_by_themselves(warehouse: Warehouse) -> None:
    able = warehouse.administer(
        f"select rolname from pg_roles where rolname in {('csc_loader', *READERS)} "
        "and (rolcanlogin or rolsuper or rolcreaterole or rolcreatedb or rolreplication "
        "or rolbypassrls)"
    )
    assert able == []


def test_running_it_again_changes_nothing(warehouse: Warehouse) -> None:
    everything = (
        "select rolname, pg_roles::text from pg_roles where rolname = any "
        f"(array{['csc_loader', *READERS]}) union all "
        f"select datname, datacl::text from pg_database where datname = '{warehouse.database}' "
        "union all "
        "select relname, relacl::text || relowner from pg_class union all "
        "select nspname, nspacl::text || nspowner from pg_namespace"
    )
    before = set(warehouse.administer(everything))
    warehouse.administer(ROLES_SQL)
    assert set(warehouse.administer(everything)) == before


def test_two_administrators_who_are_no_superusers_run_it_at_the_same_time(
    postgresql_server: Server,
) -> None:
    server, mark = postgresql_server, f"csc_{uuid.uuid4().hex[:12]}"
    sql = ROLES_SQL.replace("csc_", f"{mark}_").encode()
    roles = ", ".join(role.replace("csc_", f"{mark}_") for role in ("csc_loader", *READERS))
    here, elsewhere = (Warehouse(server, server.new_database()) for _ in range(2))
    server.run(f"create role {mark} login createrole password 'of-a-test'")
    for warehouse in (here, elsewhere):
        server.run(f"alter database {warehouse.database} owner to {mark}")
    waiting = (
        f"select 1 from pg_stat_activity where usename = '{mark}' and wait_event_type = 'Lock'"
    )

    def run(warehouse: Warehouse) -> None:
        with psycopg.connect(server.url(warehouse.database, mark, "of-a-test")) as connection:
            connection.execute(sql)

    for _ in ("roles that are not there yet", "roles that are there"):
        with (
            psycopg.connect(server.url(here.database, mark, "of-a-test")) as first,
            ThreadPoolExecutor() as pool,
        ):
            first.execute(sql)
            others = [pool.submit(run, warehouse) for warehouse in (here, elsewhere)]
            while len(server.run(waiting)) + sum(run.done() for run in others) < len(others):
                time.sleep(0.01)
            first.commit()
            for other in others:
                other.result()
    for warehouse in (here, elsewhere):
        server.run(f"drop database {warehouse.database}")
    server.run(f"drop role {roles}, {mark}")


def test_roles_of_the_server_open_no_database_in_which_nobody_ran_it(
    warehouse: Warehouse, postgresql_server: Server
) -> None:
    other = Warehouse(postgresql_server, postgresql_server.new_database())
    upgrade(other.url)  # by the administrator, who passes for a member of every role
    for role in READERS:
        assert answer(other.login(role), "select * from report.measure") == REFUSED
    ran = command("upgrade", "--warehouse", other.login("csc_loader"))
    assert ran.exit_code == 2
    assert ran.parts == ["What", "Where", "Means", "Next"]
    other.forget_logins()


def test_run_after_the_first_tables_it_hands_them_over_and_an_upgrade_gives_the_grants(
    warehouse: Warehouse, postgresql_server: Server
) -> None:
    late = Warehouse(postgresql_server, postgresql_server.new_database())
    maker, analyst = late.login(), late.login("csc_analyst")
    late.administer(f"grant create on database {late.database} to {user(maker)}")
    upgrade(maker)
    late.administer(ROLES_SQL)
    assert answer(analyst, "select * from report.measure") == REFUSED
    upgrade(late.login("csc_loader"))
    assert answer(analyst, "select * from report.measure") is None
    assert command("upgrade", "--warehouse", late.url).exit_code == 0  # an administrator's too
    late.forget_logins()


def test_an_upgrade_keeps_the_grants_and_takes_back_those_made_by_hand(
    warehouse: Warehouse,
) -> None:
    warehouse.administer("grant usage on schema restricted to csc_analyst")
    warehouse.administer("grant select on restricted.child_identity to csc_analyst")
    warehouse.administer("grant insert on report.measure to public")
    upgrade(warehouse.login("csc_loader"))
    granted = warehouse.administer(
        "select has_table_privilege('csc_analyst', 'report.child', 'select'), "
        "has_schema_privilege('csc_analyst', 'restricted', 'usage'), "
        "has_table_privilege('csc_analyst', 'restricted.child_identity', 'select'), "
        "has_table_privilege('csc_analyst', 'report.measure', 'insert')"
    )
    assert granted == [(True, False, False, False)]


def test_a_table_without_authorities_shows_nothing_until_the_policies_name_it(
    warehouse: Warehouse,
) -> None:
    loader, analyst = warehouse.login("csc_loader"), warehouse.login("csc_analyst")
    warehouse.administer(
        "set role csc_loader; create table warehouse.dim_new as select 'of anybody' as whose"
    )
    assert answer(analyst, "select * from warehouse.dim_new") == REFUSED
    upgrade(loader)
    assert ask(analyst, "select * from warehouse.dim_new") == []
    warehouse.administer("drop table warehouse.dim_new")


def test_a_function_laid_in_the_way_is_run_by_neither_administrator_nor_loader(
    warehouse: Warehouse,
) -> None:
    # Each takes precedence over the built-in one, whose parameter is text, on whoever's path it is.
    analyst = warehouse.login("csc_analyst")
    warehouse.administer("grant create on schema public to public")
    traps = ("quote_ident(name)", "format(text, name)", "substr(name, integer)")
    with psycopg.connect(analyst) as connection:
        for trap in traps:
            connection.execute(
                f"create function public.{trap} returns text language plpgsql "
                "as $$ begin raise exception 'run by %', current_user; end $$".encode()
            )
    with pytest.raises(psycopg.errors.RaiseException, match="run by"):
        ask(warehouse.url, "select format('%I', current_database())")
    warehouse.administer(ROLES_SQL)
    upgrade(warehouse.login("csc_loader"))
    assert answer(analyst, "select * from report.child") is None
    assert answer(analyst, "create function public.mine() returns text return 'mine'") == REFUSED
