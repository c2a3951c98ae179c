"""The command that writes files of what analysts read."""

from __future__ import annotations

import argparse
from pathlib import Path

from etl.commands.arguments import LOADED, add_warehouse
from etl.export.forms import CSV, FORMS


def add_export(export: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl export``."""
    export.add_argument(
        "folder", type=Path, metavar="DIR",
        help="the export's own folder; an earlier export in it is replaced",
    )  # fmt: skip
    add_warehouse(export)
    export.add_argument(
        "--format", choices=FORMS, default=CSV,
        help="a file for each view (csv, parquet) or one workbook (xlsx); default: csv",
    )  # fmt: skip
    export.add_argument(
        "--only", nargs="+", metavar="VIEW", help="these views and tables of report (default: all)"
    )
    export.set_defaults(command=_export)


def _export(asked: argparse.Namespace) -> int:
    from etl.export.export import export

    rows = export(asked.warehouse, asked.folder, asked.format, asked.only)
    print(f"Wrote {asked.folder}: {len(rows)} views and tables, {sum(rows.values()):,} rows.")
    return LOADED
