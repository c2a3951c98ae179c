"""How a table is described that is not made from a contract."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table


def add_table(metadata: MetaData, schema: str, name: str, comment: str, **columns: type) -> None:
    """Add a table. columns: their types; a name that ends in _ is part of its key."""
    Table(
        name,
        metadata,
        *(
            Column(
                column.removesuffix("_"),
                kind,
                primary_key=column.endswith("_"),
                autoincrement=False,
            )
            for column, kind in columns.items()
        ),
        schema=schema,
        comment=comment,
    )
