"""The door that an authority's records come through: what ``[source]`` of its file says."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from etl.sources.source import Source
    from etl.toml_reader import TomlReader

DATE_FORMATS = ("iso", "uk")
PERSON_ID, LEGACY_ID = "person_id", "legacy_id"
_WHERE = "[source]"


@dataclass(frozen=True)
class Door:
    """kind: of the source. date_format: in which its dates are written, where the kind leaves it
    open. covered_from: since when it holds every event; default: the kind's. child_id: of the
    person's ids the one that tokens of children are made of. schema: of a database. lists: of
    Annex A those that are there; empty: all. open_assessments: whether the extract has assessments
    that are not authorised yet. connection: ``airflow://<connection id>``, for the DAG."""

    kind: str
    date_format: str = "iso"
    covered_from: date | None = None
    child_id: str = PERSON_ID
    schema: str | None = None
    lists: tuple[int, ...] = ()
    open_assessments: bool = False
    connection: str | None = None


KEYS = frozenset({field.name for field in fields(Door)} - {"kind"} | {"KIND"})
# Those that mean something for every kind; a kind says which others do.
_OF_EVERY_KIND = ("kind", "date_format", "covered_from")


def read_door(reader: TomlReader, part: dict[str, Any], sources: Mapping[str, Source]) -> Door:
    """The part ``[source]`` of an authority's file; what is wrong is noted with the reader.
    sources: every kind there is, by name."""
    kind = reader.value(part, "kind", str, "", _WHERE)
    reader.one_of(kind, tuple(sources), "kind", _WHERE)
    if kind in sources:
        _check_of_kind(reader, part, sources[kind])
    date_format = reader.value(part, "date_format", str, "iso", _WHERE)
    reader.one_of(date_format, DATE_FORMATS, "date_format", _WHERE)
    child_id = reader.value(part, "child_id", str, PERSON_ID, _WHERE)
    reader.one_of(child_id, (PERSON_ID, LEGACY_ID), "child_id", _WHERE)
    return Door(
        kind=kind,
        date_format=date_format,
        covered_from=reader.value(part, "covered_from", date, None, _WHERE),
        child_id=child_id,
        schema=reader.words(part, "schema", None, _WHERE),
        lists=_lists(reader, part),
        open_assessments=reader.value(part, "open_assessments", bool, False, _WHERE),
        connection=_connection(reader, part),
    )


def child_id_of(authority_file: Path) -> str:
    """``Door.child_id`` of a file that a night was loaded with; the default where it was not kept.
    Raises OSError."""
    if not authority_file.exists():
        return PERSON_ID
    content = tomllib.loads(authority_file.read_text(encoding="utf-8-sig"))
    return str(content["source"].get("child_id", PERSON_ID))


def _check_of_kind(reader: TomlReader, part: Collection[str], source: Source) -> None:
    """A key that does nothing was meant to do something."""
    for key in part:
        if key in KEYS and key not in (*_OF_EVERY_KIND, *source.keys):
            reader.problems.append(f"'{key}' in {_WHERE} means nothing for kind '{source.kind}'")


def _lists(reader: TomlReader, part: dict[str, Any]) -> tuple[int, ...]:
    found = reader.value(part, "lists", list, [], _WHERE)
    if all(type(number) is int for number in found):
        return tuple(sorted({*found}))
    reader.problems.append(f"'lists' in {_WHERE} must be numbers of lists: [1, 3]")
    return ()


def _connection(reader: TomlReader, part: dict[str, Any]) -> str | None:
    found: str | None = reader.words(part, "connection", None, _WHERE)
    if found and not found.startswith("airflow://"):
        reader.problems.append(f"'connection' in {_WHERE} must be airflow://<connection id>")
    return found
