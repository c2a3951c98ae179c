"""The files of a night that arrived as a folder or as a zip, each read when its turn comes."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from etl.errors import NOTHING_CHANGED, NightStopped

Read = Callable[[], bytes]
_COPY_AGAIN = "Copy the extract again from the case system's export, whole, and load it again."
_TABLE_FILE = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\.csv(\.gz)?", re.IGNORECASE)
# No table is called so: such a name was made to be taken for something else than a name.
_UNSAFE = re.compile(r"""['"`\x00-\x1f\x7f]|\.\.""")


def csv_files(where: Path) -> dict[str, Read]:
    """By name of the table, in capitals, what reads its CSV file, unpacked if it is gzipped.

    Raises NightStopped where a name is unsafe or there twice, OSError and zipfile.BadZipFile where
    the folder or zip cannot be read.
    """
    found: dict[str, Read] = {}
    for name, read, is_gzipped in _in_zip(where) if where.is_file() else _in_folder(where):
        if name in found:
            raise stop(f"The extract holds {name} twice.", str(where))
        found[name] = _unpacked(read) if is_gzipped else read
    return found


def _in_folder(folder: Path) -> Iterator[tuple[str, Read, bool]]:
    for path in sorted(folder.iterdir()):
        _check_name(path.name, folder)
        match = _TABLE_FILE.fullmatch(path.name)
        if match and path.is_file():
            yield match[1].upper(), path.read_bytes, bool(match[2])


def _in_zip(archive: Path) -> Iterator[tuple[str, Read, bool]]:
    content = zipfile.ZipFile(archive)
    for member in content.infolist():
        _check_name(member.filename, archive)
        match = _TABLE_FILE.fullmatch(PurePosixPath(member.filename).name)
        if match and not member.is_dir() and "__MACOSX" not in member.filename:
            yield match[1].upper(), _member(content, member), bool(match[2])


def _check_name(name: str, where: Path) -> None:
    if _UNSAFE.search(name):
        raise stop(
            "The extract holds a file whose name has a quotation mark, '..' or a control "
            "character.",
            str(where),
        )


def _member(content: zipfile.ZipFile, member: zipfile.ZipInfo) -> Read:
    return lambda: content.read(member)


def _unpacked(read: Read) -> Read:
    return lambda: gzip.decompress(read())


def stop(what: str, where: str) -> NightStopped:
    """The error for an extract that cannot be trusted."""
    return NightStopped(what, where=f"source, {where}", means=NOTHING_CHANGED, next=_COPY_AGAIN)
