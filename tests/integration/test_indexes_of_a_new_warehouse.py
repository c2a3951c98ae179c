"""A new warehouse on PostgreSQL gets its indexes after its first night's rows, and then has all."""

from __future__ import annotations

import psycopg
import pytest
from servers.postgresql import Server

from etl.warehouse.postgresql.warehouse import PostgreSQLWarehouse
from etl.warehouse.session import Session

LA_CODE = "901"
INDEXES = """
select schemaname, tablename, indexname, indexdef from pg_indexes
where schemaname in ('warehouse', 'report', 'audit', 'restricted')
"""
CONSTRAINTS = """
select conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) from pg_constraint
where connamespace::regnamespace::text in ('warehouse', 'report', 'audit', 'restricted')
"""


@pytest.fixture
def new(postgresql_server: Server) -> PostgreSQLWarehouse:
    return PostgreSQLWarehouse(postgresql_server.new_database())


def indexed(session: Session) -> set[str]:
    """The schemas that have an index."""
    return {schema for schema, *_ in session.rows(INDEXES)}


def add_figure(session: Session) -> None:
    session.run(
        "insert into report.monthly_measure (la_code, month, measure, label) "
        "values (:la_code, date '2026-03-01', 'referrals', 'latest')",
        la_code=LA_CODE,
    )


def test_the_star_has_its_indexes_once_it_is_loaded_and_all_others_at_the_end(
    new: PostgreSQLWarehouse,
) -> None:
    with new.writing(LA_CODE) as session:
        assert indexed(session) == {"audit"}  # which revision it is
        session.refresh_statistics(LA_CODE)
        assert indexed(session) == {"audit", "warehouse"}
    with new.writing(LA_CODE) as session:
        assert indexed(session) == {"audit", "report", "restricted", "warehouse"}


def test_they_are_those_of_a_warehouse_that_was_made_without_a_night(
    new: PostgreSQLWarehouse, postgresql_server: Server
) -> None:
    with new.writing(LA_CODE):
        pass
    other = PostgreSQLWarehouse(postgresql_server.new_database())
    with other.upgrading():
        pass
    with new.reading() as session, other.reading() as of_other:
        for asked in (INDEXES, CONSTRAINTS):
            found = session.rows(asked)
            assert found
            assert sorted(found) == sorted(of_other.rows(asked))


def test_a_row_that_is_there_twice_is_refused_though_no_index_sees_it_come(
    new: PostgreSQLWarehouse,
) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation), new.writing(LA_CODE) as session:
        add_figure(session)
        add_figure(session)
    assert not new.exists()


def test_a_warehouse_that_is_there_keeps_its_indexes_while_a_night_is_loaded(
    new: PostgreSQLWarehouse,
) -> None:
    with new.writing(LA_CODE) as session:
        add_figure(session)
    with pytest.raises(psycopg.errors.UniqueViolation), new.writing(LA_CODE) as session:
        add_figure(session)
