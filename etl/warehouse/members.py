"""The unknown member of each keyed dimension: what a fact names where the source names nobody."""

from __future__ import annotations

from etl.contracts.register import KEYED_DIMENSIONS
from etl.warehouse.engine import Session
from etl.warehouse.schema import OWN_KEYS, content_columns


def add_unknown_members(session: Session) -> None:
    """Give every keyed dimension its member 0 where it has none."""
    for dimension in KEYED_DIMENSIONS:
        columns = content_columns(dimension)
        keys = [column for column in columns if column.endswith("_key")]
        values = {"la_code": "''", **dict.fromkeys(keys, "0")}
        values |= {each.name: each.unknown for each in dimension.columns if each.unknown}
        values |= {"run_id": "'unknown member'", "known_from": "date '1900-01-01'",
                   "known_to": "date '9999-12-31'"}  # fmt: skip
        session.run(
            f"insert into warehouse.{dimension.warehouse} ({', '.join(values)}) "
            f"select {', '.join(values.values())} where not exists "
            f"(select 1 from warehouse.{dimension.warehouse} where {OWN_KEYS[dimension.name]} = 0)"
        )
