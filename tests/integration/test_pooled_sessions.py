"""A pool before PostgreSQL gives one session of the server to a reader, and then to a load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from servers.postgresql import Server
from sqlalchemy import Engine, StaticPool, create_engine

from etl.warehouse.postgresql import warehouse
from etl.warehouse.postgresql.warehouse import PostgreSQLWarehouse

LA_CODE = "901"
ROWS = pa.table({"number": [1]})


@pytest.fixture
def pooled(postgresql_server: Server) -> Iterator[PostgreSQLWarehouse]:
    """A warehouse whose sessions are all one of the server."""
    made = PostgreSQLWarehouse(postgresql_server.new_database())
    with made.writing(LA_CODE):
        pass
    engines: list[Engine] = []

    def one_engine(url: Any, **_: Any) -> Engine:
        if not engines:
            engines.append(create_engine(url, poolclass=StaticPool))
            patch.setattr(engines[0], "dispose", lambda: None)
        return engines[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warehouse, "create_engine", one_engine)
        yield made
    engines[0].dispose()


def test_a_load_is_given_the_session_in_which_a_reader_had_tables_of_its_own(
    pooled: PostgreSQLWarehouse,
) -> None:
    of_the_server = "select pg_backend_pid()"
    with pooled.reading() as session:
        session.stage("of_the_reader", ROWS)
        was = session.rows(of_the_server)
    with pooled.writing(LA_CODE) as session:
        assert session.rows(of_the_server) == was
        session.stage("of_the_load", ROWS)
        assert session.rows("select number from of_the_load") == [(1,)]
