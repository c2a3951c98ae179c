"""A view of ``report``, as its file in ``sql/views/`` says it, and what its columns mean."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from etl.contracts.contract import Column, Kind, Table
from etl.contracts.register import BY_NAME
from etl.warehouse.meanings import RECURRING

HEAD = "-- "
# What a head's line begins with that says what a column means which is in no other view.
COLUMN = "column "
UNIQUE_ID = "_unique_id"
OWN_KEY = "the row's own key, also among several authorities"


@dataclass(frozen=True)
class View:
    """A view. Its file begins with a head of comments: ``title``, ``grain`` (what a row is),
    ``key``, ``column <name>`` for each that neither a contract nor ``meanings`` explains, and
    ``rows of`` where the columns are those of another table than the one of the view's name.
    """

    name: str
    sql: str

    @cached_property
    def head(self) -> dict[str, str]:
        """What its lines say, by what they begin with."""
        found = {}
        for line in self.sql.splitlines():
            if not line.startswith(HEAD):
                break
            key, _, said = line.removeprefix(HEAD).partition(": ")
            found[key] = said.strip()
        return found

    @property
    def key(self) -> str:
        """The column of which every row has its own value."""
        return self.head["key"]

    @property
    def table(self) -> Table | None:
        """The contract whose columns it shows; None where it is made of several tables."""
        return BY_NAME.get(self.head.get("rows of", self.name))

    @property
    def comment(self) -> str:
        """What it shows, for the database."""
        said = f"{self.head['title']}. A row is {self.head['grain']}. Key: {self.key}."
        dated_by = self.table.dated_by if self.table else None
        return f"{said} Default date: {dated_by}." if dated_by else said

    def column(self, name: str) -> Column | None:
        """What the contract says of one of its columns."""
        return self.table.column(name) if self.table and self.table.has(name) else None

    def meaning(self, name: str) -> str:
        """What one of its columns means; empty where nobody says. What its own file says comes
        first, then the contract."""
        if said := self.head.get(COLUMN + name):
            return said
        if column := self.column(name):
            return column.meaning + self._as_shown(column)
        if name == self.key:
            durable = ", the same for ever; 0 stands for whom nobody knows"
            return OWN_KEY + (durable if name.endswith("_key") else "")
        if name.endswith(UNIQUE_ID):
            return f"the row of report.{name.removesuffix(UNIQUE_ID)} that it belongs to"
        return self._of_a_label(name) or RECURRING.get(name, "")

    def _as_shown(self, column: Column) -> str:
        """How the view shows it otherwise than the warehouse has it."""
        if column.kind is Kind.FLAG:
            return "; 1: yes, 0: no"
        is_looked_up = f".date as {column.name}," in self.sql
        return "; empty where that is no day of report.date" if is_looked_up else ""

    def _of_a_label(self, name: str) -> str:
        """Of a column that puts a code into words."""
        for code in (self.column(f"{name}_code"), self.column(name.removesuffix("_label"))):
            if code is not None:
                return f"{code.meaning}: {code.name} in words, the code itself where no list has it"
        return ""


# Asked of either engine; on DuckDB the file that is upgraded is open beside its new one.
COLUMNS_OF_REPORT = """
select table_name, column_name from information_schema.columns
where table_schema = 'report' and table_catalog = current_database()
"""


def comments_on(views: Iterable[View], columns: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The statements by which a database says what views and their columns mean.

    columns: the rows of COLUMNS_OF_REPORT.
    """
    by_name = {view.name: view for view in views}
    for name, view in by_name.items():
        yield f"comment on view report.{name} is '{_quoted(view.comment)}'"
    for name, column in columns:
        if name in by_name:  # the others are tables
            said = _quoted(by_name[name].meaning(column))
            yield f"comment on column report.{name}.\"{column}\" is '{said}'"


def sha256_of(views: Iterable[View]) -> str:
    """The hash of what would be made of them, comments included, which contracts say in part."""
    said = [
        (view.name, view.sql, view.comment, [view.meaning(column.name) for column in columns])
        for view in views
        for columns in [view.table.columns if view.table else ()]
    ]
    return hashlib.sha256(repr([said, RECURRING]).encode()).hexdigest()


def _quoted(text: str) -> str:
    return text.replace("'", "''")
