"""What an authority calls otherwise than its case system as delivered: codes, columns, answers of
forms. Its file says so; the package knows no council's own words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.contracts.values import is_whole, values_of
from etl.sources.mapping import Lookup, Mappings, columns_read, mappings
from etl.sources.source import Source
from etl.sources.spelling import plain_word
from etl.toml_reader import TomlReader, nearest


@dataclass(frozen=True)
class Local:
    """codes: by list, our value by theirs as it is compared. columns: by table of the source, what
    a column of the mapping is called, all in capitals. answers: by column of ours, the names of the
    form answers it is read from, in place of the mapping's."""

    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_local(reader: TomlReader, content: dict[str, Any], source: Source) -> Local:
    """The parts ``[codes.*]``, ``[columns.*]`` and ``[answers]`` of an authority's file. What is
    wrong is noted with the reader. Raises WrongUsage where the kind's own mapping is wrong."""
    if not {"codes", "columns", "answers"} & content.keys():
        return Local()
    known = mappings(source)
    return Local(
        codes=dict(_codes(reader, content, known)),
        columns=dict(_columns(reader, content, source)),
        answers=dict(_answers(reader, content, known)),
    )


def columns_called(authority_file: Path) -> Mapping[str, Mapping[str, str]]:
    """``Local.columns`` of a file that a night was loaded with; none where it was not kept. Raises
    OSError."""
    if not authority_file.exists():
        return {}
    content = tomllib.loads(authority_file.read_text(encoding="utf-8-sig"))
    parts = content.get("columns", {})
    return {_plain(table): _called(part) for table, part in parts.items()}


def _called(part: Mapping[str, str]) -> dict[str, str]:
    return {_plain(ours): _plain(theirs) for ours, theirs in part.items()}


def _plain(name: str) -> str:
    return name.strip().upper()


def _parts(
    reader: TomlReader, content: dict[str, Any], key: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in reader.value(content, key, dict, {}, "the file").items():
        if isinstance(part, dict):
            yield name, part
        else:
            reader.problems.append(f"[{key}.{name}] must be a table")


def _pairs(reader: TomlReader, part: dict[str, Any], where: str) -> Iterator[tuple[str, str]]:
    for key in part:
        value = reader.value(part, key, str, "", where)
        if not plain_word(key):
            reader.problems.append(f"a key in {where} is empty")
        elif isinstance(part[key], str):
            yield key, value


def _codes(
    reader: TomlReader, content: dict[str, Any], known: Mappings
) -> Iterator[tuple[str, dict[str, str]]]:
    lists = sorted(
        {column.codes for mapping in known.tables.values() for column in mapping.every_column
         if column.codes}
    )  # fmt: skip
    for name, part in _parts(reader, content, "codes"):
        where = f"[codes.{name}]"
        reader.one_of(name, lists, "code list", "[codes]")
        if name not in lists:
            continue
        found: dict[str, str] = {}
        for theirs, ours in _pairs(reader, part, where):
            _check_value(reader, name, theirs, ours, where)
            if found.setdefault(plain_word(theirs), ours) != ours:
                reader.problems.append(f"'{theirs}' is there twice in {where}, with two values")
        yield name, found


def _check_value(reader: TomlReader, name: str, theirs: str, ours: str, where: str) -> None:
    values = values_of(name)
    if not ours.strip():
        reader.problems.append(f"'{theirs}' in {where} has no value of ours yet")
    elif is_whole(name) and ours not in values:
        close = nearest(ours, values)
        reader.problems.append(f"'{theirs}' in {where} is mapped to '{ours}', no value{close}")


def _columns(
    reader: TomlReader, content: dict[str, Any], source: Source
) -> Iterator[tuple[str, dict[str, str]]]:
    needed = {table: set(columns) for table, columns in columns_read(source).items()}
    for written, part in _parts(reader, content, "columns"):
        table, where = _plain(written), f"[columns.{written}]"
        reader.one_of(table, needed, "table", "[columns]")
        if table not in needed:
            continue
        found = _called(dict(_pairs(reader, part, where)))
        for ours in found:
            reader.one_of(ours, sorted(needed[table]), "column", where)
        _check_called(reader, found, needed[table], where)
        yield table, found


def _check_called(reader: TomlReader, found: dict[str, str], needed: set[str], where: str) -> None:
    """One column cannot be read as two."""
    read_as_itself = needed - found.keys()
    for theirs, times in Counter(found.values()).items():
        if not theirs:
            reader.problems.append(f"a column in {where} is called nothing")
        elif times > 1 or theirs in read_as_itself:
            reader.problems.append(f"'{theirs}' in {where} would be read as two columns")


def _answers(
    reader: TomlReader, content: dict[str, Any], known: Mappings
) -> Iterator[tuple[str, tuple[str, ...]]]:
    asked = [
        part.columns[0].ours for _, part in known.parts() if isinstance(part, Lookup) and part.where
    ]
    found = reader.value(content, "answers", dict, {}, "the file")
    for name in found:
        reader.one_of(name, asked, "answer", "[answers]")
        names = reader.value(found, name, list, [], "[answers]")
        if not names or not all(isinstance(word, str) and plain_word(word) for word in names):
            reader.problems.append(f"'{name}' in [answers] must be a list of names in quotes")
        else:
            yield name, tuple(names)
