"""Fetches a night from where it stands, whole: what was fetched has the size and the hash that it
should have, and did not change meanwhile. A connection that is lost is taken up again where it
was."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from etl.errors import NOTHING_CHANGED, ConnectionFault, NightStopped, NotArrived
from etl.log import logger
from etl.sources.arrival.files import COPY_AGAIN, check_name, stop
from etl.sources.arrival.manifest import sha256_by_file
from etl.sources.arrival.place import Cut, Elsewhere, Seen, elsewhere_at, parted
from etl.sources.arrival.readiness import arrived, content_of, temporary_among

# Seconds between one try to take a lost connection up again and the next.
WAITS = (1.0, 5.0, 15.0, 30.0, 60.0)
# Of what was fetched before a cut, as much is read again and must be the same.
_READ_AGAIN = 1 << 20
Listing = tuple[Seen, ...]


@dataclass(frozen=True)
class Night:
    """A night that stands somewhere: as what, and the files of it that are no markers."""

    at: Seen
    files: Listing


def standing(place: Elsewhere, url: str) -> Night:
    """What stands at a URL, with or without its ending. Raises NotArrived where nothing does, or
    what copy tools have not finished."""
    found = arrived(place, parted(url)[1])
    if found is None:
        raise _not_whole("There is no extract there.", url)
    listing = tuple(sorted(place.within(found.name), key=lambda seen: seen.name))
    if temporary_among(listing):
        raise _not_whole("The extract holds files that a copy tool has not finished.", url)
    return Night(found, tuple(content_of(listing)) if found.is_folder else (found,))


def fetch(
    url: str, to: Path, most_bytes: int, sleep: Callable[[float], None] = time.sleep
) -> tuple[Path, Night]:
    """Bring the night at a URL into an empty folder. Returns where it then is, by the name that it
    has there, and what stood there.

    most_bytes: as many may come. Raises NotArrived where it is not there, ConnectionFault where it
    cannot be fetched or changed meanwhile, NightStopped where its files are not those of its
    manifest or it is too big.
    """
    fetching = _Fetching(url, sleep)
    try:
        night = fetching.asked(lambda place: standing(place, url))
        _check(night, url, most_bytes)
        target = to / night.at.name
        if night.at.is_folder:
            target.mkdir(mode=0o700)
        for seen in night.files:
            name = f"{night.at.name}/{seen.name}" if night.at.is_folder else seen.name
            fetching.bring(name, seen, to / name)
        if fetching.asked(lambda place: standing(place, url)) != night:
            raise _changed(url)
    finally:
        fetching.close()
    _check_hashes(target, url)
    logger.info(
        "fetched %s files, %s MiB", len(night.files), f"{_bytes_of(night) / (1 << 20):,.0f}"
    )
    return target, night


@dataclass
class _Fetching:
    """Asks a place, and connects again where the connection was lost."""

    url: str
    sleep: Callable[[float], None]
    _place: Elsewhere | None = None
    _connection: ExitStack = field(default_factory=ExitStack)
    _cuts: int = 0

    def asked(self, ask: Callable[[Elsewhere], Night]) -> Night:
        """What the place answers."""
        while True:
            try:
                return ask(self._connected())
            except Cut as cut:
                self._wait(cut)

    def bring(self, name: str, seen: Seen, target: Path) -> None:
        """One file, from where it was cut off."""
        target.touch(mode=0o600)
        is_again, there = False, 0
        while True:
            try:
                place = self._connected()
                if is_again and place.seen(name) != seen:
                    raise _changed(place.shown(name))
                _bring_rest(place, name, seen.size, target, is_again=is_again)
                return
            except Cut as cut:
                is_again, before, there = True, there, target.stat().st_size
                if there > before:  # a connection that carries something is worth every patience
                    self._cuts = 0
                self._wait(cut)

    def close(self) -> None:
        """Hang up."""
        self._place = None
        self._connection.close()

    def _connected(self) -> Elsewhere:
        if self._place is None:
            self._place = self._connection.enter_context(elsewhere_at(parted(self.url)[0]))
        return self._place

    def _wait(self, cut: Cut) -> None:
        """Raises the error of a connection that was lost too often, or never came about."""
        was_ever_there = self._place is not None or self._cuts > 0
        self.close()
        if self._cuts == len(WAITS) or not was_ever_there:
            raise cut
        logger.warning("%s Taken up again in %g seconds.", cut.what, WAITS[self._cuts])
        self.sleep(WAITS[self._cuts])
        self._cuts += 1


def _bring_rest(place: Elsewhere, name: str, size: int, target: Path, *, is_again: bool) -> None:
    """Write what the file lacks. After a cut, the end of what there is is read again: where that is
    not the same, the file is begun anew."""
    with target.open("r+b") as file:
        there = file.seek(0, 2)
        if is_again and there and not _is_same(place, name, file.name, there):
            logger.warning("what was fetched before the cut is not what stands there: begun anew")
            there = 0
        file.seek(there)
        file.truncate()
        while there < size:
            piece = place.piece(name, there, min(place.most_at_once, size - there))
            if not piece:
                raise _changed(place.shown(name))
            file.write(piece)
            there += len(piece)


def _is_same(place: Elsewhere, name: str, path: str, there: int) -> bool:
    begin = max(there - _READ_AGAIN, 0)
    with Path(path).open("rb") as file:
        file.seek(begin)
        return file.read() == place.piece(name, begin, there - begin)


def _check(night: Night, url: str, most_bytes: int) -> None:
    if not night.files:
        raise _not_whole("The extract's folder holds no file yet.", url)
    for seen in night.files:
        check_name(seen.name, url)
    if _bytes_of(night) > most_bytes:
        raise stop(
            f"The extract is bigger than {most_bytes / (1 << 30):,g} GiB before it is unpacked.",
            url,
            "If it is the case system's own, raise `extract_gib` in [limits] of the authority's "
            "file and load it again; else find out who made it.",
        )


def _bytes_of(night: Night) -> int:
    return sum(seen.size for seen in night.files)


def _check_hashes(fetched: Path, url: str) -> None:
    """Raises NightStopped where a file is not the one whose hash the manifest says."""
    if not fetched.is_dir():
        return
    for name, said in sha256_by_file(fetched, url).items():
        with (fetched / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != said:
            raise stop(f"{name} is not the file whose SHA-256 the manifest says.", url, COPY_AGAIN)


def told_of(stopped: NightStopped, url: str, fetched: Path) -> NightStopped:
    """The error of a night that was fetched, which says where the night stands, not where it was
    read."""
    where, next = (text.replace(str(fetched), url) for text in (stopped.where, stopped.next))
    return NightStopped(stopped.what, where=where, means=stopped.means, next=next)


def _not_whole(what: str, url: str) -> NotArrived:
    return NotArrived(
        what,
        where=url,
        means=NOTHING_CHANGED,
        next="See that the copy of the extract is made and ends, then load it again. The schedule "
        "waits for it by itself: docs/arrival.md.",
    )


def _changed(where: str) -> ConnectionFault:
    return ConnectionFault(
        "The extract changed while it was fetched: it is still being copied.",
        where=where,
        means=NOTHING_CHANGED,
        next="Load it again once the copy has ended. A marker or a manifest, written last, keeps "
        "the schedule from beginning too early: docs/arrival.md.",
    )
