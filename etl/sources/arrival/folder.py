"""A folder of this machine, or of a share that it sees, in which nights stand."""

from __future__ import annotations

import errno
from pathlib import Path
from stat import S_ISDIR
from typing import Self

from etl.errors import ConnectionFault, reason
from etl.sources.arrival.place import Seen

_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)


class Folder:
    """See ``Place``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def shown(self, name: str) -> str:
        return str(self._path / name)

    def seen(self, name: str) -> Seen | None:
        path = self._path / name
        try:
            found = path.stat()
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise _cannot_look(path, error) from None
        return Seen(
            path.name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, S_ISDIR(found.st_mode)
        )

    def within(self, name: str) -> list[Seen]:
        path = self._path / name
        try:
            names = [each.name for each in path.iterdir()]
        except OSError as error:
            if error.errno in _NOT_THERE:
                return []
            raise _cannot_look(path, error) from None
        found = (self.seen(f"{name}/{each}" if name else each) for each in names)
        return [seen for seen in found if seen]

    def piece(self, name: str, offset: int, length: int) -> bytes:
        path = self._path / name
        try:
            with path.open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except OSError as error:
            if error.errno in _NOT_THERE:
                return b""
            raise _cannot_look(path, error) from None


def _cannot_look(where: Path, error: OSError) -> ConnectionFault:
    return ConnectionFault(
        f"The place of the extract cannot be looked at ({reason(error)}).",
        where=str(where),
        means="Nothing was loaded yet. The warehouse is as the last loaded night left it.",
        next="See that its disk or share is there, and that the account of the nightly load may "
        "read the folder and all in it.",
    )
