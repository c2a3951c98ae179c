"""A look at what lies where a night may be: the first bytes of each file, before anybody reads it
as what it may be. Little is read, whatever lies there, and nothing of a file's words is told."""

from __future__ import annotations

import csv
import gzip
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO

from etl.errors import NOTHING_CHANGED, ConnectionFault, reason
from etl.sources.arrival.files import is_of_the_disk
from etl.sources.recognition.forms import (
    CSV,
    XML,
    ZIP,
    first_line,
    form_of,
    form_of_old_office,
    form_of_zip,
    is_of_old_office,
    is_zip,
    separator_of,
    text_of,
)
from etl.sources.recognition.markup import Markup, markup_of

_FIRST_BYTES = 1 << 17
# Where a file of old Office says what it is may stand at its end.
_MOST_OF_OLD_OFFICE = 1 << 26
_MOST_FILES = 1_000
_ROWS_LOOKED_AT = 200
_IS_ENCRYPTED = 0x1
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.\w+)*")
WITH_PASSWORD, DAMAGED = "a file with a password", "a damaged zip or gzip"

Opens = Callable[[], IO[bytes]]


@dataclass(frozen=True)
class SeenFile:
    """name: its own, without folders, and without ``.gz`` where it is packed. form: what it is.
    first: its first bytes, unpacked."""

    name: str
    form: str
    first: bytes = field(repr=False)

    @property
    def stem(self) -> str:
        """Its name in capitals, without its ending."""
        return PurePosixPath(self.name).stem.upper()

    @cached_property
    def headings(self) -> frozenset[str]:
        """Of a CSV file the names in its first line, in capitals."""
        rows = self.rows
        return frozenset(cell.strip().upper() for cell in rows[0]) if rows else frozenset()

    @cached_property
    def rows(self) -> list[list[str]]:
        """Of a CSV file its first rows, whatever separates their fields; the last may be cut
        off."""
        text = text_of(self.first)
        separator = separator_of(first_line(text))
        if self.form != CSV or separator is None:
            return []
        found: list[list[str]] = []
        with suppress(csv.Error):  # then it is none from there on
            for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
                found.append(row)
                if len(found) > _ROWS_LOOKED_AT:
                    break
        return found

    @cached_property
    def markup(self) -> Markup | None:
        """Of an XML file what its beginning says."""
        return markup_of(self.first) if self.form == XML else None


@dataclass(frozen=True)
class Seen:
    """where: it lies. form: of the file; None of a folder. files: those in the folder or zip, or
    the file itself. dated_within: how many files and folders in it are named for a date. folders:
    how many there are in it, which are not looked into. more: whether there are more files than
    were looked at."""

    where: Path
    form: str | None
    files: tuple[SeenFile, ...]
    dated_within: int = 0
    folders: int = 0
    more: bool = False

    def of_form(self, form: str) -> list[SeenFile]:
        """Its files of a form."""
        return [file for file in self.files if file.form == form]


def look(where: Path) -> Seen:
    """What lies there. Raises ConnectionFault where it cannot be read."""
    try:
        return _folder(where) if where.is_dir() else _file(where)
    except OSError as error:
        raise ConnectionFault(
            f"What is to be inspected cannot be read ({reason(error)}).",
            where=str(where),
            means=NOTHING_CHANGED,
            next="Check that it is there and readable, then inspect it again.",
        ) from None


def day_of_name(where: Path) -> date | None:
    """The day that a file or folder is named for; None where its name is none."""
    if _DATED.fullmatch(where.name):
        with suppress(ValueError):  # no day of any month
            return date.fromisoformat(where.name[:10])
    return None


def _folder(where: Path) -> Seen:
    within = sorted(where.iterdir())
    files = [path for path in within if path.is_file() and not path.name.startswith(".")]
    return Seen(
        where,
        None,
        tuple(_seen_file(path.name, path) for path in files[:_MOST_FILES]),
        dated_within=sum(_DATED.fullmatch(path.name) is not None for path in within),
        folders=sum(path.is_dir() and not path.name.startswith(".") for path in within),
        more=len(files) > _MOST_FILES,
    )


def _file(where: Path) -> Seen:
    found = _seen_file(where.name, where)
    if found.form != ZIP:
        return Seen(where, found.form, (found,))
    with zipfile.ZipFile(where) as archive:
        members = [each for each in archive.infolist() if not _is_no_file(each)]
        files = tuple(_members(archive, members[:_MOST_FILES]))
    return Seen(where, ZIP, files, more=len(members) > _MOST_FILES)


def _is_no_file(member: zipfile.ZipInfo) -> bool:
    path = member.filename.replace("\\", "/")
    return path.endswith("/") or "__MACOSX" in path or PurePosixPath(path).name.startswith(".")


def _members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Iterator[SeenFile]:
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/")).name
        if member.flag_bits & _IS_ENCRYPTED:
            yield SeenFile(name, WITH_PASSWORD, b"")
        else:
            yield _of_opened(name, lambda member=member: archive.open(member))  # type: ignore[misc]


def _seen_file(name: str, path: Path) -> SeenFile:
    with path.open("rb") as opened:
        first = opened.read(_FIRST_BYTES)
    if is_zip(first):
        return SeenFile(name, _form_of_zip(path), b"")
    return _of_opened(name, lambda: path.open("rb"))


def _form_of_zip(path: Path) -> str:
    """Of damaged bytes almost anything is raised."""
    try:
        with zipfile.ZipFile(path) as archive:
            return form_of_zip({name.replace("\\", "/") for name in archive.namelist()})
    except OSError:
        raise
    except Exception:
        return DAMAGED


def _of_opened(name: str, opens: Opens) -> SeenFile:
    """One that is no zip of its own, or lies in one."""
    try:
        with opens() as opened:
            first = opened.read(_FIRST_BYTES)
        if is_of_old_office(first):
            with opens() as opened:
                return SeenFile(name, form_of_old_office(opened.read(_MOST_OF_OLD_OFFICE)), b"")
        if name.lower().endswith(".gz"):
            with opens() as opened, gzip.open(opened) as unpacked:
                name, first = name[:-3], unpacked.read(_FIRST_BYTES)
    except Exception as error:  # of damaged bytes almost anything is raised
        if is_of_the_disk(error):
            raise
        return SeenFile(name, DAMAGED, b"")
    return SeenFile(name, ZIP if is_zip(first) else form_of(first), first)
