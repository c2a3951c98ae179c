"""Puts markers, each another, where they must not come out again, and hears every logger."""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nights import editing

MARK = "Zqx"
# Of an authority that lets every row be held back.
LIMITS = "\n[limits]\nrows_held_back_percent = 100\nchildren_shared_percent = 0\n"
# Names of teams and posts, which belong to no person; the manifest is not a table.
PUBLISHED = {("DIM_DEPARTMENT", "NAME"), ("DIM_WORKER", "DEPARTMENT_NAME"),
             ("DIM_WORKER", "JOB_TITLE")}  # fmt: skip


def mark_every_column(extract: Path) -> int:
    """Put a marker, each another, into every column of every table: a row each, and besides into
    all fields of one child that are not mapped. Returns how many markers there are."""
    number = itertools.count(1)
    child = editing.read(extract, "FACT_CP_PLAN")[0]["DIM_PERSON_ID"]
    for path in sorted(extract.glob("*.csv")):
        table = path.stem

        def marked(rows: list[editing.Row], table: str = table) -> list[editing.Row]:
            columns = [name for name in rows[0] if (table, name) not in PUBLISHED]
            for row, column in zip(rows, columns, strict=False):
                row[column] = f"{MARK}-{next(number)}-{column}"
            for row in rows:
                if row.get("DIM_PERSON_ID") == child:
                    row["A_NOTE"] = row["ANOTHER"] = f"{MARK}-{next(number)}"
            return [{"A_NOTE": "", "ANOTHER": "", **row} for row in rows]

        if editing.read(extract, table):
            editing.change(extract, table, marked)
    return next(number) - 1


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """What any logger of any library says at any level; ours says nothing to the others where a
    command of an earlier test has set it up."""
    said = io.StringIO()
    handler, root = logging.StreamHandler(said), logging.getLogger()
    known = [each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    heard = [root, *(each for each in known if not each.propagate)]
    before = root.level
    for each in heard:
        each.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        for each in heard:
            each.removeHandler(handler)
        root.setLevel(before)
