"""Whether a night's extract has arrived, whole. It comes as a folder or a zip, by copy tools of
which nothing is known; what tells that nothing more will come is judged here. Nobody waits here,
and no clock is read. Light until a manifest is read: a scheduler reads this every minute."""

from __future__ import annotations

import errno
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from stat import S_ISDIR

from etl.errors import ConnectionFault, NightStopped, reason
from etl.sources.arrival.files import csv_files

MARKERS = ("READY", "_SUCCESS", ".done")
# What a manifest or a zip says of itself is true of the moment; a copy that goes on shows by then.
SETTLED = timedelta(minutes=1)
_TEMPORARY = re.compile(
    r".*\.(part|filepart|partial|tmp)|~.*|.*~|\..+\.[a-z0-9]{6}",  # the last is rsync's
    re.IGNORECASE | re.DOTALL,
)
_BIGGEST_MANIFEST = 1 << 24
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)


class State(StrEnum):
    """How far an extract has come."""

    ABSENT = "absent"
    ARRIVING = "arriving"
    WHOLE = "whole"


@dataclass(frozen=True)
class Seen:
    """A file or folder as it was seen. modified, placed: mtime and ctime in nanoseconds; copy tools
    keep the former as it was at the source."""

    name: str
    size: int
    modified: int
    placed: int
    is_folder: bool


@dataclass(frozen=True)
class Readiness:
    """What a look at a night's extract found.

    told_by: where it is whole, by what that is known, for people. changed_at: when it last changed,
    by the clock of its files, but never later than the look. missing: tables that its manifest
    lists and that are not there, in capitals. temporary: how many files have a name that copy tools
    give to what they have not finished. lacks: what else shows that it is not whole, for people.
    listing, unchanged_since: what was seen, and since when it has been so at every look.
    """

    state: State
    told_by: str | None = None
    changed_at: datetime | None = None
    missing: tuple[str, ...] = ()
    temporary: int = 0
    lacks: str | None = None
    listing: tuple[Seen, ...] = ()
    unchanged_since: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it can be loaded."""
        return self.state == State.WHOLE


def arrived(extract: Path) -> Path | None:
    """The folder ``<la_code>/<date>``, else the zip beside it; None where there is neither.

    Raises ConnectionFault where the place cannot be looked at.
    """
    for found in (extract, _zip_of(extract)):
        if _seen(found) is not None:
            return found
    return None


def readiness(
    extract: Path, *, now: datetime, quiet: timedelta, earlier: Readiness | None = None
) -> Readiness:
    """How far the extract has come that is to stand at ``extract``, or as a zip beside it.

    It is whole where a marker was put there after all else; or its manifest lists no table that is
    missing, or its zip can be opened, and it has not changed for a minute; or, without a manifest,
    it has not changed for ``quiet``. While a copy tool's temporary file is there it is not.

    Times of another machine's clock may lie after ``now``: they then say nothing, and what counts
    is for how long it was seen unchanged, since ``earlier``, the last look's answer. Raises
    ConnectionFault where it cannot be looked at.
    """
    try:
        at = arrived(extract)
        listing = _listing(extract, at)
        if not listing:
            return Readiness(State.ABSENT)
        return _judged(extract, at, _Looked(listing, now, earlier), quiet)
    except OSError as error:
        if error.errno in _NOT_THERE:  # taken away while it was looked at
            return Readiness(State.ABSENT)
        raise _cannot_look(extract, error) from None


@dataclass(frozen=True)
class _Looked:
    """A look, and the one before it."""

    listing: tuple[Seen, ...]
    now: datetime
    earlier: Readiness | None

    @property
    def changed_at(self) -> datetime:
        """By the clock of the files; where that is ahead, now."""
        newest = max(max(seen.modified, seen.placed) for seen in self.listing) / 1e9
        is_ahead = newest > self.now.timestamp()
        return self.now if is_ahead else datetime.fromtimestamp(newest, UTC)

    @property
    def unchanged_since(self) -> datetime:
        if self.earlier is None or self.earlier.listing != self.listing:
            return self.now
        return self.earlier.unchanged_since or self.now

    @property
    def still_for(self) -> timedelta:
        """For how long nothing has changed."""
        return self.now - min(self.changed_at, self.unchanged_since)

    def found(
        self,
        told_by: str | None = None,
        *,
        missing: tuple[str, ...] = (),
        temporary: int = 0,
        lacks: str | None = None,
    ) -> Readiness:
        """Whole where it says by what, else still arriving."""
        return Readiness(
            State.ARRIVING if told_by is None else State.WHOLE, told_by,
            self.changed_at, missing, temporary, lacks, self.listing, self.unchanged_since,
        )  # fmt: skip


def _judged(extract: Path, at: Path | None, looked: _Looked, quiet: timedelta) -> Readiness:
    temporary = sum(_is_temporary(seen.name) for seen in looked.listing)
    if at is None or temporary:
        return looked.found(temporary=temporary)
    content = [seen for seen in looked.listing if not seen.is_folder and seen.name not in MARKERS]
    if not content:
        return looked.found(lacks="there is no file in its folder yet")
    if _is_marked(extract, looked.listing, content):
        return looked.found("a marker beside or among its files")
    if at.is_dir():
        return _judged_folder(at, looked, quiet)
    return _judged_zip(at, looked)


def _judged_zip(at: Path, looked: _Looked) -> Readiness:
    if not _can_be_opened(at):
        return looked.found(lacks="its zip has no end yet, or is damaged")
    return looked.found("its zip, which has its end" if looked.still_for >= SETTLED else None)


def _judged_folder(at: Path, looked: _Looked, quiet: timedelta) -> Readiness:
    missing = _missing(at)
    if missing is None:
        minutes = f"{quiet / timedelta(minutes=1):g} minutes"
        told_by = f"its files, none of which changed for {minutes}"
        return looked.found(told_by if looked.still_for >= quiet else None)
    if missing:
        return looked.found(missing=missing)
    told_by = "its manifest, all tables of which are there"
    return looked.found(told_by if looked.still_for >= SETTLED else None)


def _missing(folder: Path) -> tuple[str, ...] | None:
    """The tables that the manifest lists and the folder lacks; None where there is no manifest that
    can be read. What is wrong with it, or with the files, landing says."""
    from etl.sources.arrival.manifest import MANIFEST, read_manifest

    try:
        files = csv_files(folder, _BIGGEST_MANIFEST)
        if MANIFEST not in files:
            return None
        return tuple(sorted(read_manifest(files[MANIFEST](), folder).keys() - files.keys()))
    except NightStopped:
        return None


def _is_marked(extract: Path, listing: tuple[Seen, ...], content: list[Seen]) -> bool:
    """Whether a marker is there, and nothing was put there after it: a tool that copies a folder
    may copy the marker first."""
    beside = _seen(extract.with_name(f"{extract.name}.done"))
    markers = [seen for seen in listing if not seen.is_folder and seen.name in MARKERS]
    markers += [] if beside is None or beside.is_folder else [beside]
    newest = max(seen.placed for seen in content)
    return any(marker.placed >= newest for marker in markers)


def _can_be_opened(archive: Path) -> bool:
    """Whether the list of files at the end of the zip is there. Of damaged bytes almost anything is
    raised, errors without a number of the system's among it."""
    try:
        with zipfile.ZipFile(archive):
            return True
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        return False


def _zip_of(extract: Path) -> Path:
    return extract.with_name(f"{extract.name}.zip")


def _listing(extract: Path, at: Path | None) -> tuple[Seen, ...]:
    """The folder and what is in it; or the zip, and what copy tools hold beside it for it."""
    if at is not None and at.is_dir():
        found = [_seen(at), *map(_seen, at.iterdir())]
    else:
        found = [_seen(at)] if at is not None else []
        found += [_seen(path) for path in _temporary_beside(extract)]
    return tuple(sorted((seen for seen in found if seen), key=lambda seen: seen.name))


def _temporary_beside(extract: Path) -> list[Path]:
    try:
        names = [path.name for path in extract.parent.iterdir()]
    except OSError as error:
        if error.errno in _NOT_THERE:
            return []
        raise
    return [extract.with_name(name) for name in names if extract.name in name
            and _is_temporary(name)]  # fmt: skip


def _is_temporary(name: str) -> bool:
    return _TEMPORARY.fullmatch(name) is not None


def _seen(path: Path) -> Seen | None:
    """None where it is not there (any more). Raises ConnectionFault where nobody can tell."""
    try:
        found = path.stat()
    except OSError as error:
        if error.errno in _NOT_THERE:
            return None
        raise _cannot_look(path, error) from None
    return Seen(
        path.name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, S_ISDIR(found.st_mode)
    )


def _cannot_look(where: Path, error: OSError) -> ConnectionFault:
    return ConnectionFault(
        f"The place of the extract cannot be looked at ({reason(error)}).",
        where=str(where),
        means="Nothing was loaded yet. The warehouse is as the last loaded night left it.",
        next="See that its disk or share is there, and that the account of the nightly load may "
        "read the folder and all in it.",
    )
