"""The unknown member of each keyed dimension: what a fact names where the source names nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Insert, Table, exists, insert, literal, select

from etl.contracts.register import KEYED_DIMENSIONS
from etl.warehouse.dialect import text_of
from etl.warehouse.keys import OWN_KEYS
from etl.warehouse.schema import build_metadata
from etl.warehouse.session import Session

# Of every dimension; its keys are 0, and nothing is known but what its contract says.
_VALUES: dict[str, Any] = {
    "la_code": "",
    "run_id": "unknown member",
    "known_from": date(1900, 1, 1),
    "known_to": date(9999, 12, 31),
}


def add_unknown_members(session: Session) -> None:
    """Give every keyed dimension its member 0 where it has none."""
    tables = build_metadata().tables
    for dimension in KEYED_DIMENSIONS:
        table = tables[f"warehouse.{dimension.warehouse}"]
        known = {each.name: each.unknown for each in dimension.columns if each.unknown is not None}
        session.run(text_of(_insert_unknown(table, OWN_KEYS[dimension.name], known)))


def _insert_unknown(table: Table, own_key: str, known: dict[str, Any]) -> Insert:
    names = [column.name for column in table.columns]
    member = dict.fromkeys([name for name in names if name.endswith("_key")], 0)
    member |= {name: value for name, value in (_VALUES | known).items() if name in names}
    is_there = exists().where(table.c[own_key] == 0)
    return insert(table).from_select(
        list(member), select(*(literal(value) for value in member.values())).where(~is_there)
    )
