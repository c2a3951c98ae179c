"""Writes docs/reference/report.md: every view of ``report`` with its columns, as an empty warehouse
has them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from etl.contracts.contract import Kind
from etl.warehouse import open_warehouse
from etl.warehouse.view import View
from etl.warehouse.views import publish_views, views

_INTRO = (
    "# Views of `report`\n\n"
    "What analysts and tools for reports use: the current rows, with labels beside codes. The "
    "database says the same of each view and column. The tables that stand beside them in `report` "
    "are in [tables.md](tables.md).\n\n"
    "Every view has one column of which each row has its own value, its key; a column that relates "
    "to another view has the values of that one's key, many to one. Dates relate to `report.date`, "
    "the default date of a view first. Every flag is 1 or 0, so that it can be summed, and empty "
    "where it is not known. A figure is an exact decimal of ten places.\n"
)
_KINDS = {
    Kind.FLAG: "0 or 1",
    Kind.WHOLE: "whole number",
    Kind.NUMBER: "decimal",
}
# Of a column that no contract has, by how the database stores it.
_TYPES = {"VARCHAR": "text", "DATE": "date", "BIGINT": "whole number", "INTEGER": "whole number"}
_COLUMNS = """
select table_name, column_name, data_type from information_schema.columns
where table_schema = 'report' order by table_name, ordinal_position
"""


def views_page(made: str) -> str:
    """The page. made: what says that it is."""
    every, columns = views(), _columns()
    owners = {view.key: name for name, view in every.items()}
    parts = [made, _INTRO]
    for name in sorted(every):
        view = every[name]
        parts.append(f"\n## report.{name}\n\n{view.comment}\n\n")
        parts.append("| column | type | meaning | relates to |\n|---|---|---|---|\n")
        for column, stored_as in columns[name].items():
            kind = _kind(view, column, stored_as)
            to = _relates_to(view, column, kind, owners)
            parts.append(f"| `{column}` | {kind} | {view.meaning(column)} | {to} |\n")
    return "".join(parts)


def _columns() -> dict[str, dict[str, str]]:
    """By view, its columns in their order, and how an empty warehouse stores them."""
    found: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        warehouse = open_warehouse(f"duckdb:///{Path(folder) / 'warehouse.duckdb'}")
        with warehouse.writing("000") as session:
            publish_views(session)
            for view, column, stored_as in session.rows(_COLUMNS):
                found.setdefault(view, {})[column] = stored_as
    return found


def _kind(view: View, column: str, stored_as: str) -> str:
    if said := view.column(column):
        return _KINDS.get(said.kind, said.kind.value)
    if column == view.key or column.endswith(("_key", "_unique_id")):
        return "key"
    if column.startswith("is_"):
        return "0 or 1"
    return "decimal" if stored_as.startswith("DECIMAL") else _TYPES[stored_as]


def _relates_to(view: View, column: str, kind: str, owners: Mapping[str, str]) -> str:
    """The view or table of which the column names a row; empty where it is none, or its own."""
    if column == view.key:
        # of what is about a child but not called so
        return "`report.child`" if column == "allocated_child_key" else ""
    if owner := owners.get(column.removeprefix("allocated_")):
        return f"`report.{owner}`"
    if column == "measure":
        return "`report.measure`"
    return "`report.date`" if kind == "date" else ""
