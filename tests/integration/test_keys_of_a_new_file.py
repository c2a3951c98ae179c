"""A new DuckDB file gets its primary keys after its first night's rows, and then has all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from etl.warehouse.duckdb.warehouse import DuckDBWarehouse
from etl.warehouse.schema import build_metadata
from etl.warehouse.session import Session

LA_CODE = "901"
KEYS = (
    "select table_name, constraint_column_names from duckdb_constraints() "
    "where database_name = 'building' and constraint_type = 'PRIMARY KEY'"
)
OURS = {
    table.name: {column.name for column in table.primary_key}
    for table in build_metadata().sorted_tables
    if table.primary_key.columns
}


@pytest.fixture
def new(tmp_path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(tmp_path / "warehouse.duckdb")


def keyed(session: Session) -> dict[str, set[str]]:
    """By table that has a primary key, its columns."""
    return {table: set(columns) for table, columns in session.rows(KEYS)}


def add_authority(session: Session) -> None:
    session.run(
        "insert into warehouse.dim_authority (la_code, name, region, run_id, known_from, known_to) "
        "values (:la_code, '', '', 'a run', date '2026-03-01', date '9999-12-31')",
        la_code=LA_CODE,
    )


def test_the_star_has_its_keys_once_it_is_loaded(new: DuckDBWarehouse) -> None:
    with new.writing(LA_CODE) as session:
        assert not [name for name in keyed(session) if name.startswith(("dim_", "fact_"))]
        session.turn_to_identities()
        assert keyed(session) == OURS
    with new.reading() as reading:
        assert keyed(reading) == OURS


def test_so_has_a_file_that_gets_no_identities(new: DuckDBWarehouse) -> None:
    with new.writing(LA_CODE) as session:
        add_authority(session)
    with new.reading() as reading:
        assert keyed(reading) == OURS


def test_keys_of_versions_begin_with_what_most_of_them_share(new: DuckDBWarehouse) -> None:
    with new.writing(LA_CODE) as session:
        session.turn_to_identities()
        first = {table: columns[0] for table, columns in session.rows(KEYS)}
    of_versions = [name for name, columns in OURS.items() if "known_from" in columns]
    assert {first[name] for name in of_versions} == {"known_from"}


@pytest.mark.parametrize("turns", [False, True])
def test_a_row_that_is_there_twice_is_refused_though_no_key_sees_it_come(
    new: DuckDBWarehouse, *, turns: bool
) -> None:
    with pytest.raises(duckdb.ConstraintException), new.writing(LA_CODE) as session:
        add_authority(session)
        add_authority(session)
        if turns:
            session.turn_to_identities()
    assert not new.exists()


def test_a_file_that_is_there_has_its_keys_while_a_night_is_loaded(new: DuckDBWarehouse) -> None:
    with new.writing(LA_CODE) as session:
        add_authority(session)
    with pytest.raises(duckdb.ConstraintException), new.writing(LA_CODE) as session:
        add_authority(session)
        add_authority(session)
