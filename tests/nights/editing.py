"""Changes a generated extract: another date, other form ids, single rows."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

FORM_COLUMNS = ("FACT_FORM_ID", "FACT_OUTCM_FORM_ID", "FACT_FORM_ANSWER_ID")
Row = dict[str, str]
Change = Callable[[list[Row]], list[Row]]


def copy_as(extract: Path, folder: Path, date: str) -> Path:
    """The same tables as the extract of another date, without a manifest."""
    copied = folder / date
    shutil.copytree(extract, copied)
    (copied / "MANIFEST.csv").unlink()
    return copied


def read(extract: Path, table: str) -> list[Row]:
    """The records of a table as written."""
    with (extract / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def change(extract: Path, table: str, how: Change) -> None:
    """Write a table anew with other rows, or the same columns and none."""
    with (extract / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        columns = next(csv.reader(file))
    after = how(read(extract, table))
    with (extract / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, after[0] if after else columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(after)


def change_row(extract: Path, table: str, column: str, value: str, **new: str) -> None:
    """Put other values into the one row that has this value in this column."""
    changed = []

    def put(rows: list[Row]) -> list[Row]:
        for row in rows:
            if row[column] == value:
                row.update(new)
                changed.append(row)
        return rows

    change(extract, table, put)
    assert len(changed) == 1, f"{len(changed)} rows of {table} have that {column}"


def drop_row(extract: Path, table: str, column: str, value: str) -> None:
    """Leave out the one row that has this value in this column."""
    before = len(read(extract, table))
    change(extract, table, lambda rows: [row for row in rows if row[column] != value])
    assert len(read(extract, table)) == before - 1


def add_to_numbers(extract: Path, columns: tuple[str, ...], number: int) -> None:
    """Move every whole number in these columns, in every table that has one of them."""

    def moved(rows: list[Row]) -> list[Row]:
        for row in rows:
            for column in set(columns) & set(row):
                if row[column].isdigit():
                    row[column] = str(int(row[column]) + number)
        return rows

    for path in sorted(extract.glob("*.csv")):
        header = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        if set(columns) & set(header):
            change(extract, path.stem, moved)
