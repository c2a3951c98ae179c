"""The same two nights give the same content in both engines, table by table and view by view."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from etl.warehouse import Session
from nights.conftest import ENGINES, TwoNights
from nights.loading import Engine, asking, tables, views

pytestmark = pytest.mark.slow

OF_A_RUN = {"run_id", "previous_run_id", "started_at", "finished_at"}
# Keys are given in the order of tokens, in which the engines agree.
KEPT_BY_ONE = {"audit.schema_version"}


@pytest.fixture(scope="module")
def both(
    engines: dict[str, Engine], two_nights_in: Callable[[Engine], TwoNights]
) -> dict[str, TwoNights]:
    return {name: two_nights_in(engines[name]) for name in ENGINES}


def rows_of(session: Session, name: str) -> list[dict[str, Any]]:
    """The rows without what is of the run, in an order of their own."""
    held = session.table(f"select * from {name}").to_pylist()
    plain = [{key: _plain(value) for key, value in row.items() if key not in OF_A_RUN}
             for row in held]  # fmt: skip
    return sorted(plain, key=repr)


def _plain(value: Any) -> Any:
    """Numbers as far as both engines calculate them."""
    if isinstance(value, float) and not value.is_integer():
        return float(f"{value:.9g}")
    return int(value) if isinstance(value, float) and math.isfinite(value) else value


def test_both_hold_the_same_tables_and_views(both: dict[str, TwoNights]) -> None:
    duckdb, postgresql = (both[name].council.url for name in ENGINES)
    assert set(tables(postgresql)) - KEPT_BY_ONE == set(tables(duckdb))
    assert views(postgresql) == views(duckdb)


def test_every_row_of_every_table_and_view_is_the_same(both: dict[str, TwoNights]) -> None:
    duckdb, postgresql = (both[name].council.url for name in ENGINES)
    named = [*tables(duckdb), *views(duckdb)]
    assert len(named) > 60
    counted = 0
    with asking(duckdb) as one, asking(postgresql) as other:
        for name in named:
            here, there = rows_of(one, name), rows_of(other, name)
            assert here == there, name
            counted += len(here)
    assert counted > 50_000
