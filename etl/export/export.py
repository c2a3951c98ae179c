"""Writes what ``report`` holds into a folder, all of one night."""

from __future__ import annotations

from pathlib import Path

from etl.export import csv_files, parquet_files, workbook
from etl.export.about import about
from etl.export.folder import ABOUT, replacing
from etl.export.forms import CSV, PARQUET, XLSX
from etl.export.relations import chosen, reader, relations
from etl.run import checked
from etl.warehouse import existing_warehouse

_WRITE = {CSV: csv_files, PARQUET: parquet_files, XLSX: workbook}


def export(url: str, folder: Path, form: str, only: list[str] | None = None) -> dict[str, int]:
    """Write the views and tables of ``report``, or those that are named, in one of FORMS; returns
    the rows of each. Read in one transaction, so that every file shows the same night.

    Raises WrongUsage where a name, the warehouse or the folder is wrong, ConnectionFault where
    something cannot be read or written.
    """
    module, views = _WRITE[form], chosen(only)
    files = sorted({file for name in views for file in module.files_of(name)})
    folder = checked(folder, "the folder of the export").absolute()
    warehouse = existing_warehouse(url)
    with warehouse.reading() as session, replacing(folder, _every_file()) as writing:
        told = about(session, warehouse.shown())
        with module.writing(writing, told) as write:
            rows = {name: write(name, reader(session, name, key)) for name, key in views.items()}
        (writing / ABOUT).write_text(told.as_json(form, rows, files) + "\n", encoding="utf-8")
    return rows


def _every_file() -> set[str]:
    """The names of all files that an export of this release may hold."""
    of_views = {
        file for name in relations() for one in (csv_files, parquet_files)
        for file in one.files_of(name)
    }  # fmt: skip
    return {workbook.FILE, *of_views}
