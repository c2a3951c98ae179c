"""The same two nights say the same in both engines: every row of every table and view, value for
value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from etl.settings import VIEWS
from etl.warehouse import Session
from etl.warehouse.schema import every_table
from nights.conftest import ENGINES, TwoNights
from nights.loading import Engine, asking, tables, types, views

pytestmark = pytest.mark.slow

TABLES = sorted(f"{table.schema}.{table.name}" for table in every_table().sorted_tables)
EVERY_VIEW = sorted(f"report.{view.stem}" for view in VIEWS.glob("*.sql"))
# The revision of a server's tables; a file has none.
OF_ONE_ENGINE = {"audit.schema_version"}
# What nights may leave empty by which nobody was erased and nothing held back, and tables that an
# extract may lack.
MAY_BE_EMPTY = {
    "audit.privacy_action", "restricted.erased_child", "restricted.erasure_secret",
    "audit.rejected_row", "restricted.held_back", "restricted.reported",
    "warehouse.fact_child_in_need_plan", "report.child_in_need_plan",
    "warehouse.fact_legal_status", "report.legal_status",
    "warehouse.fact_involvement", "report.involvement", "report.allocation",
    "warehouse.dim_population_group", "report.population_group",
    "warehouse.dim_publication_step", "report.publication_step",
    "warehouse.fact_health_check", "report.health_check",
    "warehouse.fact_missing_episode", "report.missing_episode",
    "warehouse.fact_disability", "report.disability",
    "warehouse.fact_assessment_factor", "report.assessment_factor",
    "warehouse.fact_care_leaver", "report.care_leaver",
    "warehouse.fact_care_leaver_eligibility", "report.care_leaver_eligibility",
}  # fmt: skip
PART_BY_CHANCE = re.compile(r"-[0-9a-f]{6}$")


@pytest.fixture(scope="module")
def urls(
    engines: dict[str, Engine], two_nights_in: Callable[[Engine], TwoNights]
) -> tuple[str, str]:
    """Those of the warehouses with both nights: a file, a database."""
    file, database = (two_nights_in(engines[name]).council.url for name in ENGINES)
    return file, database


@pytest.fixture(scope="module")
def sessions(urls: tuple[str, str]) -> Iterator[tuple[Session, Session]]:
    with asking(urls[0]) as in_file, asking(urls[1]) as in_database:
        yield in_file, in_database


def comparable(name: str, column: pa.ChunkedArray) -> list[Any]:
    """A column's values: of a run its night, of a moment of the clock that there is one."""
    values: list[Any] = column.to_pylist()
    if name.endswith("run_id"):
        return [value and PART_BY_CHANCE.sub("", value) for value in values]
    if pa.types.is_timestamp(column.type):
        return [value is not None for value in values]
    return values


def rows(session: Session, name: str) -> Counter[tuple[Any, ...]]:
    """Every row of a table or view, and how often it is there."""
    found = session.table(f"select * from {name}")
    columns = [comparable(column, found[column]) for column in sorted(found.column_names)]
    return Counter(zip(*columns, strict=True))


def test_both_engines_have_the_same_tables_views_and_columns(urls: tuple[str, str]) -> None:
    assert [sorted(set(tables(url)) - OF_ONE_ENGINE) for url in urls] == [TABLES, TABLES]
    assert [views(url) for url in urls] == [EVERY_VIEW, EVERY_VIEW]
    in_file, in_database = (set(types(url)) for url in urls)
    assert {name.rpartition(".")[0] for name in in_file ^ in_database} == OF_ONE_ENGINE


@pytest.mark.parametrize("name", [*TABLES, *EVERY_VIEW])
def test_both_engines_hold_the_same_rows(sessions: tuple[Session, Session], name: str) -> None:
    in_file, in_database = (rows(session, name) for session in sessions)
    assert in_file or name in MAY_BE_EMPTY
    only_in_file, only_in_database = in_file - in_database, in_database - in_file
    assert (list(only_in_file)[:3], list(only_in_database)[:3]) == ([], [])
