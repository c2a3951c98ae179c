"""What is in ``report``: its tables and views, and the order of their rows."""

from __future__ import annotations

import pyarrow as pa

from etl.errors import WrongUsage
from etl.warehouse import Session
from etl.warehouse.schema import every_table
from etl.warehouse.views import views


def relations() -> dict[str, tuple[str, ...]]:
    """The columns by which the rows of each are told apart, by its name. A table without such
    columns is shown by a view, which has one."""
    tables = {
        table.name: tuple(column.name for column in table.primary_key)
        for table in every_table().sorted_tables
        if table.schema == "report" and table.primary_key.columns
    }
    return dict(sorted({**tables, **{name: (view.key,) for name, view in views().items()}}.items()))


def chosen(only: list[str] | None) -> dict[str, tuple[str, ...]]:
    """Those that are named, or all. Raises WrongUsage for a name that is none."""
    there = relations()
    unknown = sorted(set(only or ()) - set(there))
    if unknown:
        raise WrongUsage(
            f"Not in report: {', '.join(unknown)}.",
            where="command line",
            means="Nothing was written.",
            next=f"After --only, name some of these: {', '.join(there)}.",
        )
    return {name: key for name, key in there.items() if not only or name in only}


def reader(session: Session, name: str, key: tuple[str, ...]) -> pa.RecordBatchReader:
    """Its rows in the order of its key: the same one in every language of a server."""
    columns = session.table(f"select * from report.{name} limit 0").schema
    order = ", ".join(_in_order(columns.field(column)) for column in key)
    return session.reader(f"select * from report.{name} order by {order}")


def _in_order(column: pa.Field) -> str:
    return f'"{column.name}"' + (' collate "C"' if pa.types.is_string(column.type) else "")
