"""Which column of a source becomes which of ours: the mapping files of a kind, read and held
against the contracts. See README.md beside this file for every key.

Both ways: every column of a contract is read from somewhere or said not to be provided, and every
column that a file fills is one of the contract. All that is wrong is said at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from etl.contracts.contract import Kind, Table
from etl.contracts.register import BY_NAME, CONFORMED, PERSONS
from etl.errors import WrongUsage
from etl.sources.source import Source
from etl.toml_reader import TomlReader, nearest

NOT_PROVIDED, NOT_USED = "not_provided.toml", "not_used.toml"


@dataclass(frozen=True)
class FromColumn:
    """One of our columns and where it is read from; the fields are those of the mapping files."""

    ours: str
    column: str = ""
    optional: bool = False
    codes: str | None = None
    only_listed: bool = False
    whole: bool = False
    otherwise: str | None = None
    missing: tuple[str, ...] = ()
    any_date: bool = False
    is_present: bool = False
    other_than: str | None = None
    token: str | None = None
    first_set: tuple[tuple[str, str], ...] = ()
    optional_flags: tuple[str, ...] = ()

    @property
    def source_columns(self) -> dict[str, bool]:
        """The source's columns it needs, and whether an extract may lack them."""
        if self.first_set:
            return {name: name in self.optional_flags for name, _ in self.first_set}
        return {self.column: self.optional}


@dataclass(frozen=True)
class Through:
    """The table that leads from a row of ours to a looked-up one: on names its columns, and its
    ``column`` names what the looked-up table calls ``there``."""

    source: str
    on: tuple[str, ...]
    column: str
    there: str
    optional_table: bool

    @property
    def source_columns(self) -> dict[str, bool]:
        """Its columns that are needed: an extract may lack none."""
        return dict.fromkeys((*self.on, self.column), False)


@dataclass(frozen=True)
class Lookup:
    """Columns found in another table of the source, directly or through a third. every: a row of
    ours for each of its records; what finds none is no row."""

    source: str
    on: tuple[tuple[str, str], ...]
    columns: tuple[FromColumn, ...]
    where: tuple[str, str] | None = None
    latest_by: str | None = None
    optional_table: bool = False
    through: Through | None = None
    every: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The looked-up table's columns by which its rows are found."""
        return (self.through.there,) if self.through else tuple(there for _, there in self.on)

    @property
    def source_columns(self) -> dict[str, bool]:
        """The lookup table's columns it needs, and whether an extract may lack them."""
        needed = dict.fromkeys(self.keys, False)
        needed |= {self.where[0]: False} if self.where else {}
        needed |= {self.latest_by: False} if self.latest_by else {}
        for column in self.columns:
            needed |= column.source_columns
        return needed


@dataclass(frozen=True)
class Mapping:
    """How one table of ours is made. only: columns of the source, and of each the code list that a
    record's value must be in."""

    table: str
    source: str
    columns: tuple[FromColumn, ...]
    lookups: tuple[Lookup, ...]
    optional_table: bool = False
    only: tuple[tuple[str, str], ...] = ()
    birth: tuple[tuple[str, str], ...] = ()
    identity: tuple[tuple[str, str], ...] = ()

    @property
    def source_columns(self) -> dict[str, bool]:
        """The main table's columns it needs, and whether an extract may lack them."""
        needed = {name: False for name, _ in self.only}
        for column in self.columns:
            needed |= column.source_columns
        for lookup in self.lookups:
            needed |= {here: False for here, _ in lookup.on}
        return needed | {name: False for _, name in (*self.birth, *self.identity)}

    @property
    def every_column(self) -> tuple[FromColumn, ...]:
        """Its own and those of its lookups."""
        return (*self.columns, *(column for lookup in self.lookups for column in lookup.columns))


@dataclass(frozen=True)
class Mappings:
    """All of a kind. tables: by name of ours, in the contracts' order; what the kind does not
    provide is not there. not_used: columns of the source that are known and left alone, by its
    table. not_provided: columns of ours that the kind has not, by our table."""

    tables: dict[str, Mapping]
    not_used: dict[str, tuple[str, ...]]
    not_provided: dict[str, tuple[str, ...]]

    def parts(self) -> Iterator[tuple[str, Mapping | Lookup | Through]]:
        """Every mapping and lookup, and what leads to one, with the table of ours that it is
        for."""
        for name, mapping in self.tables.items():
            yield name, mapping
            for lookup in mapping.lookups:
                yield name, lookup
                if lookup.through:
                    yield name, lookup.through


def only(found: Mappings, tables: Collection[str]) -> Mappings:
    """Of a kind's mappings those of these tables of ours."""
    return replace(
        found, tables={name: part for name, part in found.tables.items() if name in tables}
    )


def columns_read(source: Source, found: Mappings | None = None) -> dict[str, dict[str, bool]]:
    """By landed table, in capitals, every column that the kind's mappings and its arrangement read,
    and whether an extract may lack it. found: of its mappings those that are asked of; all."""
    arrangement = source.arrangement
    made = arrangement.makes.keys() if arrangement else ()
    parts = [part for _, part in (found or mappings(source)).parts()]
    read = arrangement.needed_for({part.source for part in parts}) if arrangement else {}
    for part in parts:
        if part.source in made:
            continue
        columns = read.setdefault(part.source, {})
        for column, optional in part.source_columns.items():
            columns[column] = columns.get(column, True) and optional
    return read


def optional_tables(source: Source, found: Mappings | None = None) -> frozenset[str]:
    """The landed tables that an extract may lack. found: as for ``columns_read``."""
    arrangement = source.arrangement
    parts = [part for _, part in (found or mappings(source)).parts()]
    named = [(part.source, part.optional_table) for part in parts]
    if arrangement:
        needed_for = arrangement.needed_for({part.source for part in parts})
        named = [each for each in named if each[0] not in arrangement.makes]
        named += [(name, name in arrangement.optional_tables) for name in needed_for]
    needed = {name for name, may_lack in named if not may_lack}
    return frozenset({name for name, _ in named} - needed)


def known_columns(source: Source) -> dict[str, frozenset[str]]:
    """By landed table, in capitals, every column that is read or known and left alone."""
    known = {table: set(names) for table, names in mappings(source).not_used.items()}
    for table, columns in columns_read(source).items():
        known.setdefault(table, set()).update(columns)
    return {table: frozenset(names) for table, names in known.items()}


# The keys that each part of a file may hold; those in capitals must be there.
_FILE = ("SOURCE", "COLUMNS", "optional_table", "only", "birth", "identity", "lookup")
_COLUMN = ("column", "optional", "codes", "only_listed", "otherwise", "missing", "any_date",
           "is_present", "other_than", "token", "first_set", "whole")  # fmt: skip
_LOOKUP = ("SOURCE", "ON", "COLUMNS", "where", "latest_by", "optional_table", "through", "every")
_THROUGH = ("SOURCE", "COLUMN", "NAMES")
_BIRTH = ("DATE", "is_estimated")


@cache
def mappings(source: Source) -> Mappings:
    """The kind's mapping files. Raises WrongUsage that names everything that is wrong with them."""
    reader = _Reader(source)
    found = reader.read()
    if reader.problems:
        raise WrongUsage(
            f"The mapping of {source.kind} cannot be used: {'; '.join(reader.problems)}.",
            where=str(reader.folder),
            means="No night was begun.",
            next="Mend the files named; README.md in etl/sources/ describes every key. What the "
            f"source has not belongs in {NOT_PROVIDED}.",
        )
    return found


class _Reader(TomlReader):
    """Reads one folder of mapping files."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self.folder = source.folder / "mapping"

    def read(self) -> Mappings:
        names = {table.name for table in CONFORMED}
        lacking, absent = self._not_provided(names)
        for path in sorted(self.folder.glob("*.toml")):
            if path.name not in (NOT_PROVIDED, NOT_USED) and path.stem not in names:
                self.problems.append(f"{path.name} is for no table{nearest(path.stem, names)}")
        tables = {}
        for table in CONFORMED:
            there = (self.folder / f"{table.name}.toml").exists()
            if there == (table.name in absent):
                said = "is there and in" if there else "is neither there nor in"
                self.problems.append(f"{table.name}.toml {said} {NOT_PROVIDED}")
            elif there:
                tables[table.name] = self._mapping(table, lacking.get(table.name, ()))
        not_used = self._toml(NOT_USED)
        return Mappings(
            {name: mapping for name, mapping in tables.items() if mapping},
            {name: tuple(columns) for name, columns in not_used.items()},
            {name: tuple(columns) for name, columns in lacking.items()},
        )

    def _not_provided(self, names: set[str]) -> tuple[dict[str, list[str]], set[str]]:
        """The columns that the kind does not provide, by table, and the tables."""
        content = self._toml(NOT_PROVIDED)
        self.check_keys(content, ("tables", "columns"), NOT_PROVIDED)
        absent = set(self.value(content, "tables", list, [], NOT_PROVIDED))
        columns: dict[str, list[str]] = self.value(content, "columns", dict, {}, NOT_PROVIDED)
        for name in (*sorted(absent), *columns):
            self.one_of(name, names, "table", NOT_PROVIDED)
        where = f"[columns] of {NOT_PROVIDED}"
        lacking = {name: self.value(columns, name, list, [], where) for name in columns}
        for name in names & lacking.keys():
            known = [each.name for each in BY_NAME[name].conformed_columns]
            for column in lacking[name]:
                self.one_of(column, known, "column", f"{name} in {where}")
        return lacking, absent

    def _toml(self, name: str) -> dict[str, Any]:
        """Empty where there is no such file, or it cannot be read, which is then a problem."""
        path = self.folder / name
        try:
            return self.content(path.read_bytes()) if path.exists() else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.problems.append(f"{name} is not TOML: {error}")
        except OSError as error:
            self.problems.append(f"{name} cannot be read ({error.strerror})")
        return {}

    def _mapping(self, table: Table, lacking: Collection[str]) -> Mapping | None:
        where = f"{table.name}.toml"
        before = len(self.problems)
        content = self._toml(where)
        if len(self.problems) == before:
            self.check_keys(content, _FILE, where)
        lookups = self.value(content, "lookup", list, [], where)
        mapping = Mapping(
            table=table.name,
            source=self.value(content, "source", str, "", where),
            columns=self._columns(content, where),
            lookups=tuple(self._lookup(entry, where) for entry in lookups),
            optional_table=self.value(content, "optional_table", bool, False, where),
            only=self._pairs(content, "only", where),
            birth=self._pairs(content, "birth", where),
            identity=self._pairs(content, "identity", where),
        )
        if len(self.problems) > before:
            return None
        _Agreement(self, table, mapping, set(lacking)).check()
        return mapping

    def _pairs(self, content: dict[str, Any], key: str, where: str) -> tuple[tuple[str, str], ...]:
        found = self.value(content, key, dict, {}, where)
        for name in found:
            self.value(found, name, str, "", f"[{key}] of {where}")
        if key == "birth" and found:
            self.check_keys(found, _BIRTH, f"[birth] of {where}")
        return tuple(found.items())

    def _columns(self, content: dict[str, Any], where: str) -> tuple[FromColumn, ...]:
        entries = self.value(content, "columns", dict, {}, where)
        return tuple(self._column(ours, entry, where) for ours, entry in entries.items())

    def _column(self, ours: str, entry: Any, where: str) -> FromColumn:
        where = f"{ours} of {where}"
        if isinstance(entry, str):
            return FromColumn(ours, entry)
        if not isinstance(entry, dict):
            self.problems.append(f"{where} must be a column's name or a table")
            return FromColumn(ours)
        self.check_keys(entry, _COLUMN, where)
        if ("column" in entry) == ("first_set" in entry):
            self.problems.append(f"{where} needs either 'column' or 'first_set'")
        flags = self.value(entry, "first_set", list, [], where)
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in flags):
            self.problems.append(f"'first_set' in {where} must be pairs of a column and a word")
            flags = []
        optional_is = list if flags else bool
        optional = self.value(entry, "optional", optional_is, optional_is(), where)
        return FromColumn(
            ours,
            column=self.value(entry, "column", str, "", where),
            optional=optional if not flags else False,
            codes=self.value(entry, "codes", str, None, where),
            only_listed=self.value(entry, "only_listed", bool, False, where),
            whole=self.value(entry, "whole", bool, False, where),
            otherwise=self.value(entry, "otherwise", str, None, where),
            missing=tuple(map(str, self.value(entry, "missing", list, [], where))),
            any_date=self.value(entry, "any_date", bool, False, where),
            is_present=self.value(entry, "is_present", bool, False, where),
            other_than=self.value(entry, "other_than", str, None, where),
            token=self.value(entry, "token", str, None, where),
            first_set=tuple((name, word) for name, word in flags),
            optional_flags=tuple(optional) if flags else (),
        )

    def _lookup(self, entry: Any, where: str) -> Lookup:
        where = f"[[lookup]] of {where}"
        if not isinstance(entry, dict):
            self.problems.append(f"{where} must be a table")
            return Lookup("", (), ())
        self.check_keys(entry, _LOOKUP, where)
        only = self.value(entry, "where", dict, {}, where)
        if len(only) > 1:
            self.problems.append(f"'where' in {where} must name one column")
        on = tuple(self.value(entry, "on", dict, {}, where).items())
        others = {"where", "latest_by", "optional_table", "through"} & entry.keys()
        if entry.get("every") and (others or len(on) != 1):
            problems = f"'every' in {where} takes one column in 'on', and no {', '.join(others)}"
            self.problems.append(problems.removesuffix(", and no "))
        return Lookup(
            source=self.value(entry, "source", str, "", where),
            on=on,
            columns=self._columns(entry, where),
            where=next(iter(only.items()), None),
            latest_by=self.value(entry, "latest_by", str, None, where),
            optional_table=self.value(entry, "optional_table", bool, False, where),
            through=self._through(entry, tuple(there for _, there in on), where),
            every=self.value(entry, "every", bool, False, where),
        )

    def _through(self, entry: dict[str, Any], on: tuple[str, ...], where: str) -> Through | None:
        if "through" not in entry:
            return None
        found = self.value(entry, "through", dict, {}, where)
        where = f"'through' in {where}"
        self.check_keys(found, _THROUGH, where)
        return Through(
            source=self.value(found, "source", str, "", where),
            on=on,
            column=self.value(found, "column", str, "", where),
            there=self.value(found, "names", str, "", where),
            optional_table=self.value(entry, "optional_table", bool, False, where),
        )


@dataclass(frozen=True)
class _Agreement:
    """Whether a mapping and the contract of its table say the same. lacking: columns that the kind
    does not provide."""

    reader: _Reader
    table: Table
    mapping: Mapping
    lacking: set[str]

    def check(self) -> None:
        """Notes every disagreement with the reader."""
        file = f"{self.table.name}.toml"
        problems = self.reader.problems
        wanted = {column.name for column in self.table.mapped_columns}
        filled = [column.ours for column in self.mapping.every_column]
        for name in sorted(set(filled) - wanted):
            problems.append(f"{file} fills '{name}', which it cannot{nearest(name, wanted)}")
        for name in sorted({name for name in filled if filled.count(name) > 1}):
            problems.append(f"{file} fills '{name}' twice")
        wanted |= {"birth_month"} if self.table.has("birth_month") else set()
        there = {*filled, *({"birth_month"} if self.mapping.birth else ())}
        for name in sorted(wanted - there - self.lacking):
            problems.append(f"{file} does not say where '{name}' is read from")
        for name in sorted(there & self.lacking):
            problems.append(f"{file} fills '{name}', which is in {NOT_PROVIDED} too")
        if self.mapping.birth and not self.table.has("birth_month"):
            problems.append(f"[birth] of {file} is for the children alone")
        for column in self.mapping.every_column:
            if column.ours in wanted:
                self._check_column(column, f"{column.ours} of {file}")
        self._check_identity(file)

    def _check_column(self, column: FromColumn, where: str) -> None:
        contract, problems = self.table.column(column.ours), self.reader.problems
        persons = {table.name for table in PERSONS}
        token = contract.names if contract.names in persons else None
        if column.token != token:
            problems.append(
                f"{where} needs token = '{token}'" if token else f"{where} is no token of a person"
            )
        if column.is_present and contract.kind is not Kind.FLAG:
            problems.append(f"'is_present' in {where} makes a flag, which it is not")
        if column.any_date and contract.kind is not Kind.DATE:
            problems.append(f"'any_date' in {where} is for dates")
        if column.codes and contract.code_list not in (None, column.codes):
            problems.append(f"'codes' in {where} must be '{contract.code_list}'")
        if column.missing and contract.kind is not Kind.FLAG:
            problems.append(f"'missing' in {where} is for flags")
        if column.otherwise is not None and not column.codes:
            problems.append(f"'otherwise' in {where} needs a list of codes")
        if column.whole and not column.codes:
            problems.append(f"'whole' in {where} needs a list of codes")
        if column.only_listed and not self.reader.source.code_map(column.codes or ""):
            problems.append(f"'only_listed' in {where} needs a list in codes/")

    def _check_identity(self, file: str) -> None:
        """What identifies a person goes with the token of that person."""
        whose = {column.names for column in self.table.columns}
        known = [
            column.name for person in PERSONS if person.name in whose
            for column in person.identity
        ]  # fmt: skip
        for name, _ in self.mapping.identity:
            self.reader.one_of(name, known, "number", f"[identity] of {file}")
