"""What a contract is: all that is known of one table of ours, said in one place.

From contracts are made the files between steps, the ordinary checks, the links between rows, the
warehouse's tables, the data dictionary and the tables of the tests; a mapping is held against
them. What is particular about a table's content is said in ``expectations/``.
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
    NUMBER = "number"  # an exact decimal
    KEY = "key"  # a durable integer of the warehouse


# Of a decimal, all its digits and those behind the point: ten, so that what is rounded to one or
# two for a reader is never rounded wrongly for having been rounded before.
DIGITS, DECIMAL_PLACES = 28, 10
ARROW_TYPES = {
    Kind.ID: pa.string(),
    Kind.CODE: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
    Kind.WHOLE: pa.int64(),
    Kind.NUMBER: pa.decimal128(DIGITS, DECIMAL_PLACES),
    Kind.KEY: pa.int64(),
}


class Maker(Enum):
    """Who gives a column its values."""

    SOURCE = "source"  # the source's mapping says where they are read from
    CONFORM = "conform"  # worked out while reading, such as what needs a birth date
    DERIVE = "derive"  # worked out from several rows that passed


@dataclass(frozen=True)
class Column:
    """One column.

    stored: kept in the warehouse, or only passed between steps. code_list: the list its values
    come from. hangs_on: values by which a rule is decided, always known as these however a source
    writes them; of words of ours, all there are. names: the table of which it names a row: of a
    person by its token, of others by the id. required: a row without it is held back.
    Of dates: word: what a check calls it. may_lie_ahead: it may lie after the extract date.
    not_before: the column of the date that it must not lie before. unless: the flag that says
    that it never happened.
    Of flags: empty_is_no: an empty one means no, nobody ticked it.
    takes_out: a child that has it is outside the figures from then on.
    unknown: what the unknown member of a dimension has in it.
    of_others: it tells of the child's other records and changes when those do. made_of: what one is
    worked out from, each ``column`` of its own table or ``table.column``. recalled_as: SQL of one
    that is not stored, in a stored row ``fact`` beside its ``child``, ``family``, ``team`` and
    ``worker``.
    """

    name: str
    kind: Kind
    meaning: str
    stored: bool = True
    made_by: Maker = Maker.SOURCE
    code_list: str | None = None
    hangs_on: tuple[str, ...] = ()
    names: str | None = None
    required: bool = False
    word: str = ""
    may_lie_ahead: bool = False
    not_before: str | None = None
    unless: str | None = None
    empty_is_no: bool = False
    takes_out: bool = False
    unknown: Any = None
    of_others: bool = False
    made_of: tuple[str, ...] = ()
    recalled_as: str | None = None

    @property
    def stem(self) -> str:
        """The name without what its ending says of its kind: ``referral`` of ``referral_id``."""
        for ending in ("_id", "_token", "_date", "_code"):
            if self.name.endswith(ending):
                return self.name.removesuffix(ending)
        return self.name


@dataclass(frozen=True)
class Table:
    """One table. ``name`` in the files between steps, ``warehouse`` in the star.

    noun, plural: what a check calls a row and rows. key: what is unique among current rows of one
    authority, beside ``la_code``. key_of: the columns that the key is put together from, where the
    source's own id is another every night. dated_by: the date that places a row, and a fact's
    default date. is_conformed: made by the conform step; the others by derive or load.
    keeps_history: rows carry run_id, known_from and known_to. has_key: a dimension whose members
    have a durable integer.
    also_keyed_by: dimensions whose keys it holds, beside those of every fact. owned_through: the
    columns that lead to the referral it belongs to, the first that does counts. begins_at_birth:
    nothing of it can be dated before a certain birth date. identity: of a table of persons, what
    ``restricted`` knows of each; what the token is made of comes first.
    """

    name: str
    warehouse: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    noun: str = ""
    plural: str = ""
    dated_by: str | None = None
    is_conformed: bool = True
    is_fact: bool = True
    keeps_history: bool = True
    has_authority: bool = True
    has_key: bool = False
    also_keyed_by: tuple[str, ...] = ()
    owned_through: tuple[str, ...] = ()
    begins_at_birth: bool = False
    key_of: tuple[str, ...] = ()
    identity: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError where the contract names a column that it does not have."""
        named = {*self.key, *self.key_of, *self.owned_through}
        named |= {column for column in (self.dated_by,) if column}
        for column in self.columns:
            named |= {name for name in (column.not_before, column.unless) if name}
        unknown = sorted(named - {column.name for column in self.columns})
        if unknown:
            raise ValueError(f"contract '{self.name}' has no column {', '.join(unknown)}")

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return self._by_name[name]

    def has(self, name: str) -> bool:
        """Whether it has a column of that name."""
        return name in self._by_name

    @property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def own_key(self) -> str | None:
        """The durable integer of a keyed dimension."""
        return f"{self.name}_key" if self.has_key else None

    @property
    def mapped_columns(self) -> tuple[Column, ...]:
        """Those that a source's mapping must say where to read, or that it is not provided."""
        return tuple(
            column
            for column in self.columns
            if column.made_by is Maker.SOURCE and not (self.key_of and column.name in self.key)
        )

    @property
    def conformed_columns(self) -> tuple[Column, ...]:
        """Those of the conformed table."""
        return tuple(column for column in self.columns if column.made_by is not Maker.DERIVE)

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """Those that the warehouse keeps, without the common ones."""
        return tuple(column for column in self.columns if column.stored)

    @property
    def flags_empty_is_no(self) -> tuple[str, ...]:
        """The flags of which an empty one means no."""
        return tuple(column.name for column in self.columns if column.empty_is_no)


def identifier(name: str, meaning: str, **more: Any) -> Column:
    """A column that holds the source's id of something."""
    return Column(name, Kind.ID, meaning, **more)


def day(name: str, meaning: str, **more: Any) -> Column:
    """A column that holds a date. Checks call ``closed_date`` the date closed unless ``word`` says
    otherwise."""
    more = {"word": f"date {name.removesuffix('_date').replace('_', ' ')}", **more}
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
CHILD = text("child_token", "the child, pseudonymised", stored=False, names="child", required=True)
FAMILY = text(
    "family_token", "the family, pseudonymised",
    stored=False, made_by=Maker.DERIVE, names="family", made_of=("contact.contact_family_token",),
)  # fmt: skip
_ALLOCATION = tuple(
    f"involvement.{name}"
    for name in ("child_token", "is_allocated", "role_code", "started_date", "ended_date")
)
TEAM = identifier(
    "team_id", "the team that the record itself names",
    stored=False, names="team", made_of=(*_ALLOCATION, "involvement.team_id"),
)  # fmt: skip
WORKER = text(
    "worker_token", "the worker that the record itself names",
    stored=False, names="worker", made_of=(*_ALLOCATION, "involvement.worker_token"),
)  # fmt: skip
MERGED = flag(
    "is_merged", "of a child whose record was merged into another",
    stored=False, made_by=Maker.DERIVE, made_of=("child.merged_date",),
)  # fmt: skip
# Nothing is known of a child longer before its birth than it was expected.
DAYS_BEFORE_BIRTH = 300
LONG_BEFORE_BIRTH = flag(
    "is_long_before_birth",
    f"dated more than {DAYS_BEFORE_BIRTH} days before the child's birth date, that date not being "
    "an estimate",
    stored=False,
    made_by=Maker.CONFORM,
)
DIED = day(
    "died_date", "when its child died",
    stored=False, made_by=Maker.DERIVE, may_lie_ahead=True, made_of=("child.died_date",),
)  # fmt: skip
# Whom a record is about.
OF_A_CHILD = (CHILD, FAMILY, MERGED, DIED, LONG_BEFORE_BIRTH)
BEFORE_CERTAIN_BIRTH = flag(
    "is_before_certain_birth",
    "dated before the child's birth date, that date not being an estimate",
    stored=False,
    made_by=Maker.CONFORM,
    made_of=("child.birth_month",),
)


def latest_of(what: str, timescale: str, subject_id: str) -> Column:
    """The day of the latest review or visit, where a source has no other. It is not kept, as it is
    no history; the clock that runs since then is."""
    return day(
        f"latest_{what}_date", f"of the latest {what}, where the source has no other", stored=False,
        recalled_as="(select max(owed.started_date) from warehouse.fact_timescale_obligation as "
        f"owed where owed.la_code = fact.la_code and owed.timescale = '{timescale}' and "
        f"owed.subject_id = fact.{subject_id} and owed.sequence > 1 and owed.known_to = "
        "date '9999-12-31')",
    )  # fmt: skip


MEETING = identifier("meeting_id", "the meeting, shared by siblings")
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
# What every fact that derive writes carries so that load can find those keys.
OWNERS: tuple[str, ...] = tuple(token for token, _ in DIMENSION_KEYS.values())
