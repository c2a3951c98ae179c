"""The door that an authority's records come through: what ``[source]`` of its file says."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from etl.sources.source import Source
    from etl.toml_reader import TomlReader

DATE_FORMATS = ("iso", "uk")
PERSON_ID, LEGACY_ID = "person_id", "legacy_id"
# Of an id that only the door itself knows.
OWN_ID = "own"
CHILD_IDS = (PERSON_ID, LEGACY_ID, OWN_ID)
_WHERE = "[source]"
# Every door gives those about whom its records are.
CHILDREN = "child"
_NAME = re.compile("[a-z][a-z0-9_]{0,31}")
# Those of Annex A that are read.
_LISTS = range(1, 9)


@dataclass(frozen=True)
class Door:
    """kind: of the source. name: of one of several, what its part of a night is called. tables: of
    one beside the first, which of our tables are taken from it alone. date_format: in which its
    dates are written, where the kind leaves it open. covered_from: since when it holds every event;
    default: the kind's. child_id: of the ids that a council knows a child by the one that its
    tokens are made of, which children are recognised by through several doors; default: the kind's.
    schema: of a database. lists: of Annex A those that are there; empty: all. open_assessments:
    whether the extract has assessments that are not authorised yet. connection: ``airflow://
    <connection id>``, for the DAG."""

    kind: str
    date_format: str = "iso"
    covered_from: date | None = None
    child_id: str = PERSON_ID
    schema: str | None = None
    lists: tuple[int, ...] = ()
    open_assessments: bool = False
    connection: str | None = None
    name: str = ""
    tables: tuple[str, ...] = ()

    def child_prefix(self, first: Door) -> str:
        """What ids of children begin with: nothing where the first door knows them by the same."""
        if self.child_id == first.child_id:
            return ""
        return f"{self.name if self.child_id == OWN_ID else self.child_id}."

    @property
    def prefix(self) -> str:
        """What the names of its tables, and the ids of its records, begin with where there are
        several doors; those of the first with nothing."""
        return f"{self.name}." if self.tables else ""


def taken_from(door: Door, doors: Sequence[Door], source: Source) -> frozenset[str]:
    """The tables of ours that are taken from one of an authority's doors, with the children, of
    whom every door has its own. source: the door's kind."""
    first, *others = doors
    if door is not first:
        return frozenset({*door.tables, CHILDREN})
    return frozenset(source.tables()) - {name for other in others for name in other.tables}


def given_by(door: Door, doors: Sequence[Door], source: Source) -> frozenset[str]:
    """The tables of ours that are one of an authority's doors'. The list of children, made of all
    of theirs, is the first's. source: the door's kind."""
    taken = taken_from(door, doors, source)
    return taken if door is doors[0] else taken - {CHILDREN}


KEYS = frozenset({field.name for field in fields(Door)} - {"kind"} | {"KIND"})
# Those that mean something for every kind; a kind says which others do.
_OF_EVERY_KIND = ("kind", "date_format", "covered_from")
# Those that mean something only where there are several doors.
_OF_SEVERAL = ("name", "tables", "child_id")


def read_doors(
    reader: TomlReader, parts: list[dict[str, Any]], sources: Mapping[str, Source]
) -> tuple[Door, ...]:
    """The part ``[source]`` of an authority's file, or each of several ``[[source]]``, the first
    being that from which all is taken that is not taken from another. What is wrong is noted with
    the reader. sources: every kind there is, by name."""
    many = len(parts) > 1
    doors = tuple(_read_door(reader, part, sources, many=many) for part in parts)
    if many:
        _check_apart(reader, doors)
    return doors


def _read_door(
    reader: TomlReader, part: dict[str, Any], sources: Mapping[str, Source], *, many: bool
) -> Door:
    kind = reader.value(part, "kind", str, "", _WHERE)
    reader.one_of(kind, tuple(sources), "kind", _WHERE)
    source = sources.get(kind)
    if source is not None:
        _check_of_kind(reader, part, source, many=many)
    date_format = reader.value(part, "date_format", str, "iso", _WHERE)
    reader.one_of(date_format, DATE_FORMATS, "date_format", _WHERE)
    child_id = reader.value(part, "child_id", str, source.child_id if source else PERSON_ID, _WHERE)
    reader.one_of(child_id, CHILD_IDS if many else CHILD_IDS[:2], "child_id", _WHERE)
    return Door(
        kind=kind,
        date_format=date_format,
        covered_from=reader.value(part, "covered_from", date, None, _WHERE),
        child_id=child_id,
        schema=reader.words(part, "schema", None, _WHERE),
        lists=_lists(reader, part),
        open_assessments=reader.value(part, "open_assessments", bool, False, _WHERE),
        connection=_connection(reader, part),
        name=reader.words(part, "name", "", _WHERE),
        tables=_tables(reader, part, source),
    )


def _check_of_kind(
    reader: TomlReader, part: Collection[str], source: Source, *, many: bool
) -> None:
    """A key that does nothing was meant to do something."""
    known = {*_OF_EVERY_KIND, *source.keys, *(_OF_SEVERAL if many else ())}
    for key in part:
        if key in KEYS - known:
            alone = " where it is the only one" if key in _OF_SEVERAL and not many else ""
            reader.problems.append(
                f"'{key}' in {_WHERE} means nothing for kind '{source.kind}'{alone}"
            )


def _check_apart(reader: TomlReader, doors: tuple[Door, ...]) -> None:
    """Each has a name, and each but the first tables that no other has."""
    first, *others = doors
    if first.tables:
        reader.problems.append(
            "the first [[source]] has no 'tables': all is taken from it that is taken from no other"
        )
    for door in doors:
        if not _NAME.fullmatch(door.name):
            reader.problems.append("each [[source]] needs a 'name' of small letters, digits and _")
    reader.problems += [
        f"[[source]] '{door.name}' needs 'tables', those that are taken from it"
        for door in others
        if not door.tables
    ]
    for what, given in (
        ("name", [door.name for door in doors]),
        ("table", [name for door in others for name in door.tables]),
    ):
        twice = sorted({each for each in given if given.count(each) > 1})
        reader.problems += [f"the {what} '{each}' is in two [[source]]" for each in twice]


def _tables(reader: TomlReader, part: dict[str, Any], source: Source | None) -> tuple[str, ...]:
    found = reader.value(part, "tables", list, [], _WHERE)
    if not all(isinstance(name, str) for name in found):
        reader.problems.append(f"'tables' in {_WHERE} must be names of our tables in quotes")
        return ()
    given = source.tables() - {CHILDREN} if source else set(found)
    for name in found:
        reader.one_of(name, sorted(given), "table", f"'tables' of {_WHERE}")
    return tuple(found)


def _lists(reader: TomlReader, part: dict[str, Any]) -> tuple[int, ...]:
    found = reader.value(part, "lists", list, [], _WHERE)
    if all(type(number) is int and number in _LISTS for number in found):
        return tuple(sorted({*found}))
    reader.problems.append(f"'lists' in {_WHERE} must be numbers of lists from 1 to 8: [1, 3]")
    return ()


def _connection(reader: TomlReader, part: dict[str, Any]) -> str | None:
    found: str | None = reader.words(part, "connection", None, _WHERE)
    if found and not found.startswith("airflow://"):
        reader.problems.append(f"'connection' in {_WHERE} must be airflow://<connection id>")
    return found
