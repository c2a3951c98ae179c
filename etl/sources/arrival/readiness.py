"""Whether a night's extract has arrived, whole. It comes as a folder or a file, by copy tools of
which nothing is known; what tells that nothing more will come is judged here, wherever it stands.
Nobody waits here, and no clock is read. Light until a manifest is read: a scheduler reads this
every minute."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from io import BufferedReader, BytesIO

from etl.errors import NightError, NightStopped
from etl.sources.arrival.files import table_called
from etl.sources.arrival.place import Pieces, Place, Seen

MARKERS = ("READY", "_SUCCESS", ".done")
# As what a night may come, beside a folder; what it is called by its date alone comes first.
ENDINGS = (".zip", ".xml.zip", ".xml", ".xlsx")
# These end in a list of what they hold: a file that lacks it is cut off.
_PACKED = (".zip", ".xlsx")
# What a manifest or a zip says of itself is true of the moment; a copy that goes on shows by then.
SETTLED = timedelta(minutes=1)
_TEMPORARY = re.compile(
    r".*\.(part|filepart|partial|tmp)|~.*|.*~|\..+\.[a-z0-9]{6}",  # the last is rsync's
    re.IGNORECASE | re.DOTALL,
)
_BIGGEST_MANIFEST = 1 << 24
_READ_AT_ONCE = 1 << 16


class State(StrEnum):
    """How far an extract has come."""

    ABSENT = "absent"
    ARRIVING = "arriving"
    WHOLE = "whole"


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


def arrived(place: Place, name: str) -> Seen | None:
    """The folder that a night is called by, else the file of that name and one of ``ENDINGS``; None
    where there is none."""
    found = (place.seen(f"{name}{ending}") for ending in ("", *ENDINGS))
    return next((seen for seen in found if seen), None)


def readiness(
    place: Place, name: str, *, now: datetime, quiet: timedelta, earlier: Readiness | None = None
) -> Readiness:
    """How far the extract has come that is to stand at a place under this name, as a folder or with
    one of ``ENDINGS``.

    It is whole where a marker was put there after all else; or its manifest lists no table that is
    missing, or its zip can be opened, and it has not changed for a minute; or, without a manifest,
    it has not changed for ``quiet``. While a copy tool's temporary file is there it is not.

    Times of another machine's clock may lie after ``now``, and some places do not say when a file
    was put there: such times say nothing, and what counts is for how long it was seen unchanged,
    since ``earlier``, the last look's answer. Raises ConnectionFault where it cannot be looked at.
    """
    at = arrived(place, name)
    listing = _listing(place, name, at)
    if not listing:
        return Readiness(State.ABSENT)
    return _Looked(place, name, at, listing, now, earlier).judged(quiet)


def content_of(listing: tuple[Seen, ...]) -> list[Seen]:
    """The files of an extract among what was seen."""
    return [seen for seen in listing if not seen.is_folder and seen.name not in MARKERS]


def temporary_among(listing: tuple[Seen, ...]) -> int:
    """How many have a name that copy tools give to what they have not finished."""
    return sum(_is_temporary(seen.name) for seen in listing)


@dataclass(frozen=True)
class _Looked:
    """A look, and the one before it. at: what the extract came as."""

    place: Place
    name: str
    at: Seen | None
    listing: tuple[Seen, ...]
    now: datetime
    earlier: Readiness | None

    def judged(self, quiet: timedelta) -> Readiness:
        """See ``readiness``."""
        if temporary := temporary_among(self.listing):
            return self._found(temporary=temporary)
        content = content_of(self.listing)
        if self.at is None or not content:
            return self._found(lacks="there is no file in its folder yet")
        if self._is_marked(content):
            return self._found("a marker beside or among its files")
        if self.at.is_folder:
            return self._judged_folder(self.at, quiet)
        return self._judged_file(self.at, quiet)

    @property
    def _changed_at(self) -> datetime:
        """By the clock of the files; where that is ahead or says nothing, since when it was seen
        so."""
        if any(seen.placed is None for seen in self.listing):
            return self._unchanged_since
        newest = max(max(seen.modified, seen.placed or 0) for seen in self.listing) / 1e9
        is_ahead = newest > self.now.timestamp()
        return self.now if is_ahead else datetime.fromtimestamp(newest, UTC)

    @property
    def _unchanged_since(self) -> datetime:
        if self.earlier is None or self.earlier.listing != self.listing:
            return self.now
        return self.earlier.unchanged_since or self.now

    @property
    def _still_for(self) -> timedelta:
        """For how long nothing has changed."""
        return self.now - min(self._changed_at, self._unchanged_since)

    def _found(
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
            self._changed_at, missing, temporary, lacks, self.listing, self._unchanged_since,
        )  # fmt: skip

    def _judged_file(self, at: Seen, quiet: timedelta) -> Readiness:
        if not at.name.lower().endswith(_PACKED):
            return self._quiet("its file, which did not change", quiet)
        is_zip = at.name.lower().endswith(".zip")
        if not _can_be_opened(self.place, at):
            kind = "zip" if is_zip else "workbook"
            return self._found(lacks=f"its {kind} has no end yet, or is damaged")
        told_by = f"its {'zip' if is_zip else 'workbook'}, which has its end"
        return self._found(told_by if self._still_for >= SETTLED else None)

    def _judged_folder(self, at: Seen, quiet: timedelta) -> Readiness:
        missing = _missing(self.place, at, self.listing)
        if missing is None:
            return self._quiet("its files, none of which changed", quiet)
        if missing:
            return self._found(missing=missing)
        told_by = "its manifest, all tables of which are there"
        return self._found(told_by if self._still_for >= SETTLED else None)

    def _quiet(self, what: str, quiet: timedelta) -> Readiness:
        told_by = f"{what} for {quiet / timedelta(minutes=1):g} minutes"
        return self._found(told_by if self._still_for >= quiet else None)

    def _is_marked(self, content: list[Seen]) -> bool:
        """Whether a marker is there, and nothing was put there after it: a tool that copies a
        folder may copy the marker first. Where nobody tells when a file was put there, nothing may
        have changed for a minute."""
        beside = self.place.seen(f"{self.name}.done")
        markers = [seen for seen in self.listing if not seen.is_folder and seen.name in MARKERS]
        markers += [] if beside is None or beside.is_folder else [beside]
        if any(seen.placed is None for seen in (*markers, *content)):
            return bool(markers) and self._still_for >= SETTLED
        newest = max(seen.placed or 0 for seen in content)
        return any((marker.placed or 0) >= newest for marker in markers)


def _missing(place: Place, at: Seen, listing: tuple[Seen, ...]) -> tuple[str, ...] | None:
    """The tables that the manifest lists and the folder lacks; None where there is no manifest that
    can be read. What is wrong with it, or with the files, landing says."""
    from etl.sources.arrival.manifest import MANIFEST, read_manifest

    files = [seen for seen in listing if not seen.is_folder]
    tables = {table_called(seen.name) for seen in files}
    manifests = [seen for seen in files if table_called(seen.name) == MANIFEST]
    if len(manifests) != 1 or manifests[0].size > _BIGGEST_MANIFEST:
        return None
    raw = place.piece(f"{at.name}/{manifests[0].name}", 0, manifests[0].size)
    try:
        if manifests[0].name.lower().endswith(".gz"):
            raw = gzip.GzipFile(fileobj=BytesIO(raw)).read(_BIGGEST_MANIFEST)
        return tuple(sorted(read_manifest(raw, place.shown(at.name)).keys() - tables))
    except (NightStopped, EOFError, OSError, zlib.error):
        return None


def _can_be_opened(place: Place, archive: Seen) -> bool:
    """Whether the list of files at the end of the zip is there. Of damaged bytes almost anything is
    raised."""
    try:
        pieces = Pieces(place, archive.name, archive.size)
        with zipfile.ZipFile(BufferedReader(pieces, _READ_AT_ONCE)):
            return True
    except NightError:
        raise
    except Exception:
        return False


def _listing(place: Place, name: str, at: Seen | None) -> tuple[Seen, ...]:
    """The folder and what is in it, and in its own folders, of which each door of several may have
    one; or the file, and what copy tools hold beside it for it."""
    if at is not None and at.is_folder:
        inside = place.within(at.name)
        found = [at, *inside]
        for part in (seen for seen in inside if seen.is_folder):
            of_part = place.within(f"{at.name}/{part.name}")
            found += [replace(seen, name=f"{part.name}/{seen.name}") for seen in of_part]
    else:
        found = [at] if at is not None else []
        found += [seen for seen in place.within("")
                  if name in seen.name and _is_temporary(seen.name)]  # fmt: skip
    return tuple(sorted(found, key=lambda seen: seen.name))


def _is_temporary(name: str) -> bool:
    return _TEMPORARY.fullmatch(name.rpartition("/")[2]) is not None
