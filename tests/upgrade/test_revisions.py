"""The two ways to the tables of a PostgreSQL database end at the same tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from servers.postgresql import Server
from sqlalchemy import Column, Connection, Index, MetaData, Table, Text, text

from etl.contracts import contract
from etl.contracts.referral import REFERRAL
from etl.contracts.register import STAR
from etl.warehouse import migrations, schema
from etl.warehouse.schema import every_table
from upgrade.releases import PRIORITY, connected, next_release

# The version table is Alembic's own.
OWN = {(migrations.VERSION_SCHEMA, migrations.VERSION_TABLE)}
CATALOGUE = """
select
    namespace.nspname,
    class.relname,
    attribute.attname,
    format_type(attribute.atttypid, attribute.atttypmod),
    attribute.attnotnull,
    pg_get_expr(adbin, adrelid),
    col_description(class.oid, attribute.attnum),
    obj_description(class.oid)
from pg_attribute as attribute
join pg_class as class on class.oid = attribute.attrelid and class.relkind = 'r'
join pg_namespace as namespace on namespace.oid = class.relnamespace
left join pg_attrdef on adrelid = class.oid and adnum = attribute.attnum
where namespace.nspname = any(:schemas) and attribute.attnum > 0 and not attribute.attisdropped
"""
CONSTRAINTS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace::regnamespace::text = any(:schemas)
"""
INDEXES = "select indexdef from pg_indexes where schemaname = any(:schemas)"


def catalogue(connection: Connection) -> set[tuple[object, ...]]:
    """Every column with its type and comments, every key and every index. The order of columns
    is not asked: a revision adds one at the end, whatever its place in the contract."""
    return {
        tuple(row)
        for asked in (CATALOGUE, CONSTRAINTS, INDEXES)
        for row in connection.execute(text(asked), {"schemas": list(migrations.SCHEMAS)})
    }


@pytest.fixture(scope="module")
def empty(postgresql_server: Server) -> str:
    """The URL of a database in which nothing is left."""
    return postgresql_server.new_database()


def made_at_once(empty: str) -> set[tuple[object, ...]]:
    """What a new database gets, looked at before the transaction is rolled back."""
    with connected(empty) as connection:
        for indexes in migrations.create(connection).values():
            for statement in indexes:
                connection.execute(text(statement))
        found = catalogue(connection)
        connection.rollback()
        return found


@pytest.fixture(scope="module")
def by_revisions(postgresql_server: Server) -> str:
    """The URL of a database in which every revision was run, from nothing."""
    url = postgresql_server.new_database()
    with connected(url) as connection:
        for schema in migrations.SCHEMAS:
            connection.execute(text(f"create schema {schema}"))
        migrations.upgrade(connection)
    return url


def test_a_new_database_has_the_tables_to_which_the_revisions_lead(
    empty: str, by_revisions: str
) -> None:
    with connected(by_revisions) as connection:
        assert catalogue(connection) == made_at_once(empty)


def to_do(url: str, metadata: MetaData) -> list[object]:
    """What Alembic would change to bring the database to these tables."""
    with connected(url) as connection:
        options = {
            "include_schemas": True,
            "compare_type": True,
            "include_name": lambda name, kind, parents: (
                kind != "schema" or name in migrations.SCHEMAS
            ),
            "include_object": lambda item, name, kind, *_: (
                kind != "table" or (item.schema, name) not in OWN
            ),
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_every_change_of_a_contract_has_its_revision(by_revisions: str) -> None:
    assert to_do(by_revisions, every_table()) == []


FORGOTTEN: dict[str, Callable[[Table], object]] = {
    "a table": lambda child: child.to_metadata(child.metadata, name="dim_carer"),
    "a column": lambda child: child.append_column(Column("nickname", Text)),
    "a type": lambda child: setattr(child.c.birth_month, "type", Text()),
    "an empty value": lambda child: setattr(child.c.sex, "nullable", False),
    "a comment": lambda child: setattr(child.c.sex, "comment", "as recorded"),
    "a comment on a table": lambda child: setattr(child, "comment", "A client."),
    "an index": lambda child: Index("dim_child_sex", child.c.sex),
    "a key": lambda child: child.metadata.tables["audit.load_run"].append_column(
        Column("part", Text, primary_key=True)
    ),
}


@pytest.mark.parametrize("what", FORGOTTEN)
def test_a_forgotten_revision_is_noticed(
    empty: str, by_revisions: str, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    changed = every_table()
    FORGOTTEN[what](changed.tables["warehouse.dim_child"])
    monkeypatch.setattr(migrations, "every_table", lambda: changed)
    with connected(by_revisions) as connection:
        assert catalogue(connection) != made_at_once(empty)


def test_with_its_revision_a_change_is_right_wherever_the_contract_has_the_column(
    empty: str, by_revisions: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priority = contract.text("priority", PRIORITY)
    star = [
        replace(table, columns=(priority, *table.columns)) if table is REFERRAL else table
        for table in STAR
    ]
    monkeypatch.setattr(schema, "STAR", star)
    changed = every_table()
    names = [Column(name, Text, primary_key=True) for name in ("la_code", "risk")]
    Table("fact_risk", changed, *names, schema="warehouse")
    monkeypatch.setattr(migrations, "every_table", lambda: changed)
    with connected(by_revisions) as connection:
        assert catalogue(connection) != made_at_once(empty)
        next_release(monkeypatch, tmp_path)
        migrations.upgrade(connection)
        assert catalogue(connection) == made_at_once(empty)
        connection.rollback()


def test_the_revisions_are_one_chain_numbered_in_order_up_to_the_current() -> None:
    scripts = ScriptDirectory(str(migrations.FOLDER))
    chain = [script.revision for script in scripts.walk_revisions()][::-1]
    assert chain == [f"{number:04}" for number in range(1, len(chain) + 1)]
    assert [migrations.CURRENT] == scripts.get_heads() == chain[-1:]
    for script in scripts.walk_revisions():
        assert re.search(rf"/{script.revision}_[a-z0-9_]+\.py$", script.path), script.path
        assert script.doc, script.path
