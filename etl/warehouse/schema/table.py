"""How a table is described that is not made from a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, MetaData, Numeric, Table

from etl.contracts.contract import DECIMAL_PLACES, DIGITS

EXACT = Numeric(DIGITS, DECIMAL_PLACES)


def add_table(
    metadata: MetaData,
    schema: str,
    name: str,
    comment: str,
    meanings: Mapping[str, str] | None = None,
    /,
    **columns: Any,
) -> None:
    """Add a table. meanings: what its columns mean. columns: their types; a name that ends in _ is
    part of its key."""
    meanings = meanings or {}
    Table(
        name,
        metadata,
        *(
            Column(
                column.removesuffix("_"),
                kind,
                primary_key=column.endswith("_"),
                autoincrement=False,
                comment=meanings.get(column.removesuffix("_")),
            )
            for column, kind in columns.items()
        ),
        schema=schema,
        comment=comment,
    )
