"""Nights that stand elsewhere: fetched before they are read, taken once, and put away when they are
loaded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from etl import settings
from etl.contracts.hand_overs import FETCHED, LANDED
from etl.errors import NightError, NightStopped
from etl.land.landing import altered_file
from etl.log import logger
from etl.privacy.landed import MANIFEST
from etl.recall.earlier import is_already_loaded
from etl.run import Arrival, Run, cannot_use, owner_only
from etl.sources.arrival.fetch import Night, fetch, standing, told_of
from etl.sources.arrival.place import elsewhere_at, parted
from etl.sources.arrival.readiness import arrived
from etl.warehouse import Warehouse

# Beside the landed tables: what stood there when they were taken.
TAKEN = "taken.json"


@contextmanager
def at_hand(run: Run, most_bytes: int) -> Iterator[Arrival]:
    """The arrival where it can be read: one that stands elsewhere is fetched, and removed at the
    block's end. Raises what ``fetch`` does, ConnectionFault where there is no room for it."""
    if not run.arrival.url:
        yield run.arrival
        return
    try:
        folder = FETCHED.at(run)
        shutil.rmtree(folder, ignore_errors=True)
        owner_only(run.work)
        fetched, night = fetch(run.arrival.url, owner_only(folder), most_bytes)
    except OSError as error:
        raise cannot_use(run.landing, error) from None
    try:
        yield replace(run.arrival, where=fetched)
    except NightStopped as stopped:
        raise told_of(stopped, run.arrival.url, fetched) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    note_taken(run, night)


def note_taken(run: Run, night: Night) -> None:
    """Keep what stood there with the landed tables."""
    try:
        note = LANDED.at(run) / TAKEN
        note.write_text(json.dumps(_as_noted(run, night)))
        note.chmod(0o600)
    except OSError as error:
        raise cannot_use(run.landing, error) from None


def was_taken(run: Run, warehouse: Warehouse) -> bool:
    """Whether what stands elsewhere is, by names, sizes and times of its files, what was fetched
    for this date, and loaded: then it need not be fetched to know it. So too where it is put
    away."""
    if not run.arrival.url or not warehouse.exists():
        return False
    try:
        noted = json.loads((run.landed / TAKEN).read_text())
        sha256 = json.loads((run.landed / MANIFEST).read_text())["sha256"]
    except (OSError, ValueError, KeyError):
        return False
    if altered_file(run.landed) == MANIFEST:
        return False
    with warehouse.reading() as session:
        if not is_already_loaded(session, run, sha256):
            return False
    folder, name = parted(run.arrival.url)
    with elsewhere_at(folder) as place:
        if arrived(place, name) is None:
            archive = settings.archive()
            return bool(archive and place.seen(f"{archive}/{noted['at']['name']}"))
        return bool(noted == _as_noted(run, standing(place, run.arrival.url)))


def _as_noted(run: Run, night: Night) -> dict[str, object]:
    noted = {"url": run.arrival.url, "kind": run.arrival.kind, **asdict(night)}
    return json.loads(json.dumps(noted))


def put_away(run: Run) -> None:
    """Move a night that is loaded to the folder of the settings, beside it; without one it is left.
    The night stands whatever becomes of it."""
    archive = settings.archive()
    if not run.arrival.url or not archive:
        return
    folder, name = parted(run.arrival.url)
    try:
        with elsewhere_at(folder) as place:
            if arrived(place, name) is None and arrived(place, f"{archive}/{name}"):
                return  # before
            found = standing(place, run.arrival.url).at
            beside = place.seen(f"{name}.done")
            place.move(found.name, f"{archive}/{found.name}")
            if beside:
                place.move(beside.name, f"{archive}/{beside.name}")
    except NightError as error:
        logger.warning("the loaded night could not be put away: %s Move it by hand.", error.what)
    else:
        logger.info("the loaded night was put away: %s", f"{archive}/{found.name}")
