"""What a contract is: the columns, types, key and meaning of one table of ours.

The schema of the files between steps, the warehouse's tables and the data dictionary are all
made from contracts. A contract does not judge: whether a value may be empty or early is said in
``expectations/``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import pyarrow as pa


class Kind(Enum):
    """How a column is read and stored."""

    ID = "id"  # the source's id, as text
    CODE = "code"  # a value of a code list, as text
    TEXT = "text"  # words of ours or a label
    DATE = "date"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    KEY = "key"  # a durable integer of the warehouse


ARROW_TYPES = {
    Kind.ID: pa.string(),
    Kind.CODE: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
    Kind.WHOLE: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.KEY: pa.int64(),
}


@dataclass(frozen=True)
class Column:
    """One column. stored: kept in the warehouse, or only passed between steps.

    derived: made by the derive step from several rows, so not in conformed tables.
    code_list: the list its values come from.
    """

    name: str
    kind: Kind
    meaning: str
    stored: bool = True
    derived: bool = False
    code_list: str | None = None


@dataclass(frozen=True)
class Table:
    """One table. ``name`` in the files between steps, ``warehouse`` in the star.

    key: what is unique among current rows of one authority, beside ``la_code``.
    dated_by: the date that places a row, and a fact's default date.
    is_conformed: made by the conform step; the others by derive or load.
    keeps_history: rows carry run_id, known_from and known_to.
    """

    name: str
    warehouse: str | None
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    dated_by: str | None = None
    is_conformed: bool = True
    is_fact: bool = True
    keeps_history: bool = True
    has_authority: bool = True

    @property
    def conformed_columns(self) -> tuple[Column, ...]:
        """Those that conform reads from the source."""
        return tuple(column for column in self.columns if not column.derived)

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """Those that the warehouse keeps, without the common ones."""
        return tuple(column for column in self.columns if column.stored)


def identifier(name: str, meaning: str, **more: Any) -> Column:
    """A column that holds the source's id of something."""
    return Column(name, Kind.ID, meaning, **more)


def day(name: str, meaning: str, **more: Any) -> Column:
    """A column that holds a date."""
    return Column(name, Kind.DATE, meaning, **more)


def flag(name: str, meaning: str, **more: Any) -> Column:
    """A column that holds yes or no."""
    return Column(name, Kind.FLAG, meaning, **more)


def code(name: str, meaning: str, code_list: str | None = None, **more: Any) -> Column:
    """A column that holds a value of a code list."""
    return Column(name, Kind.CODE, meaning, code_list=code_list, **more)


def text(name: str, meaning: str, **more: Any) -> Column:
    """A column that holds words."""
    return Column(name, Kind.TEXT, meaning, **more)


def whole(name: str, meaning: str, **more: Any) -> Column:
    """A column that holds a whole number."""
    return Column(name, Kind.WHOLE, meaning, **more)


# What conform and derive write so that load finds the dimensions' keys.
CHILD = text("child_token", "the child, pseudonymised", stored=False)
FAMILY = text("family_token", "the family, pseudonymised", stored=False, derived=True)
TEAM = identifier("team_id", "the team that the record itself names", stored=False)
WORKER = text("worker_token", "the worker that the record itself names", stored=False)
BEFORE_CERTAIN_BIRTH = flag(
    "is_before_certain_birth",
    "dated before the child's birth date, that date not being an estimate",
    stored=False,
)

MEETING_KNOWN = flag(
    "is_meeting_known", "the extract has the meeting that the record names", stored=False
)

# In every fact of the warehouse, in place of the tokens and ids above.
DIMENSION_KEYS = {
    "child_key": ("child_token", "dim_child"),
    "family_key": ("family_token", "dim_family"),
    "team_key": ("team_id", "dim_team"),
    "worker_key": ("worker_token", "dim_worker"),
}
