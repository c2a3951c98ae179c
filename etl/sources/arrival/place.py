"""Where nights stand: a folder of this machine, of an SFTP server, or of an object store. What is
asked of each is the same; names are relative to the place. Light until a place is made: a scheduler
reads this every minute."""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from etl.errors import ConnectionFault, WrongUsage
from etl.harmless import harmless

SFTP = "sftp"
# The same by one of Airflow's connections: airflow://<connection id>/path.
AIRFLOW = "airflow"
STORES = ("s3", "abfs", "gs")
_SCHEMES = (SFTP, AIRFLOW, *STORES)
_IS_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_UNSAFE = re.compile(r"""['"`\x00-\x20\x7f?#\\]|/\.\.(/|\Z)""")


@dataclass(frozen=True)
class Seen:
    """A file or folder as it was seen. modified: its own time, which copy tools keep as it was at
    the source; placed: when it was put there, None where the place does not say. Both in
    nanoseconds."""

    name: str
    size: int
    modified: int
    placed: int | None
    is_folder: bool


class Cut(ConnectionFault):
    """The connection was lost, or never came about: worth taking up again at once."""


class Place(Protocol):
    """A folder in which nights stand. Raises ConnectionFault where it cannot be asked, Cut where
    it is worth asking again at once, WrongUsage where it lets nobody in."""

    def shown(self, name: str) -> str:
        """What a name is called to people; without secrets."""

    def seen(self, name: str) -> Seen | None:
        """None where it is not there (any more)."""

    def within(self, name: str) -> list[Seen]:
        """What a folder holds, the place itself for ``""``; nothing where it is not there."""

    def piece(self, name: str, offset: int, length: int) -> bytes:
        """Bytes of a file; fewer where it ends before, none where it is gone."""


class Elsewhere(Place, Protocol):
    """A place that is not this machine's: what stands there is fetched, and may be put away.

    most_at_once: bytes of a piece, of which a lost connection loses all.
    """

    most_at_once: int

    def move(self, name: str, to: str) -> None:
        """Move a file or folder. Raises ConnectionFault where there is one of that name."""


class Pieces(io.RawIOBase):
    """A file of a place as one that can be read from anywhere."""

    def __init__(self, place: Place, name: str, size: int) -> None:
        super().__init__()
        self._place, self._name, self._size = place, name, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the file's beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        most = max(min(len(buffer), self._size - self._at), 0)
        found = self._place.piece(self._name, self._at, most) if most else b""
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def is_url(text: str) -> bool:
    """Whether a place is elsewhere, and no path of this machine."""
    return _IS_URL.match(text) is not None


def already_there(where: str) -> ConnectionFault:
    """The error of a night that cannot be put away."""
    return ConnectionFault(
        "It cannot be put away: there is one of that name already.",
        where=where,
        means="The night is loaded, and stands where it stood.",
        next="Take one of the two away by hand.",
    )


def below(root: str, *names: str) -> str:
    """The path or URL of what stands below a folder."""
    return "/".join((root.rstrip("/"), *names)) if is_url(root) else str(Path(root, *names))


def parted(where: str) -> tuple[str, str]:
    """The folder and the name of what stands at a path or URL."""
    if not is_url(where):
        return str(Path(where).parent), Path(where).name
    folder, _, name = where.rstrip("/").rpartition("/")
    return folder, name


def checked_url(url: str) -> str:
    """The URL without a slash at its end. Raises WrongUsage where it is none of a place that we
    know, names nothing in it, or holds a password."""
    url = url.rstrip("/")
    parts = _split(url)
    if parts is None or parts.scheme not in _SCHEMES:
        raise _wrong("The extract's URL is of no kind that is known.", url)
    if parts.password is not None:
        raise _wrong("The extract's URL holds a password.", _without_user(parts))
    if _UNSAFE.search(url) or not parts.hostname or not parts.path.strip("/"):
        raise _wrong(
            "The extract's URL names no folder or file, or holds a space, a quotation mark, '?', "
            "'#' or '..'.",
            url,
        )
    return url


def place_at(folder: str) -> AbstractContextManager[Place]:
    """The place that a path or URL names; see ``elsewhere_at``."""
    if is_url(folder):
        return elsewhere_at(folder)
    from etl.sources.arrival.folder import Folder

    return Folder(Path(folder))


def elsewhere_at(folder: str) -> AbstractContextManager[Elsewhere]:
    """The place that a URL names, connected to inside the block. Raises ConnectionFault where it
    cannot be reached, WrongUsage where it lets nobody in or what speaks to it is not installed."""
    if urlsplit(folder).scheme in STORES:
        from etl.sources.arrival.object_store import ObjectStore

        return ObjectStore(folder)
    from etl.sources.arrival.sftp import SftpFolder

    return SftpFolder(folder)


def _split(url: str) -> SplitResult | None:
    """None where it is no URL, its port no number, say."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _without_user(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _wrong(what: str, url: str) -> WrongUsage:
    return WrongUsage(
        what,
        where=harmless(url) if "@" not in url else "the extract asked for",
        means="No night was begun.",
        next="Write it as sftp://user@host/path/2014-11-03, in the DAG "
        "airflow://connection_id/path/2014-11-03, or s3://bucket/path/2014-11-03, abfs://container@account.dfs.core.windows.net/"
        "path/2014-11-03 or gs://bucket/path/2014-11-03. What lets you in does not belong into it: "
        "docs/arrival.md.",
    )
