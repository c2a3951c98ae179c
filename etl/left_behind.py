"""Folders that a process uses while it lives: each held by a lock that dies with its holder, so
that another process can tell what a dead one left, and takes it away.

A lock that nobody holds is the only sign. A folder without a lock beside it waits for a scheduled
task to go on with it, up to two days.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from etl.errors import NOTHING_CHANGED, ConnectionFault, reason
from etl.log import logger

LOCK = ".lock"
# Longer than the retries of a scheduled task take.
WAITS_SECONDS = 2 * 24 * 3600
_OURS = "csc-etl-"


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Hold the folder, which need not be there yet; its parent must be. Raises OSError where the
    lock cannot be written.

    A folder that a block which raises leaves behind stays a dead one's: the next takes it away.
    """
    lock = folder.with_name(folder.name + LOCK)
    handle = _held(lock)
    is_given_up = True
    try:
        yield
        is_given_up = False
    finally:
        if handle is not None:
            if not (is_given_up and folder.exists()):
                lock.unlink(missing_ok=True)
            os.close(handle)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of the owner's in that of the system's temporary files, gone at the block's end.
    Raises ConnectionFault where there can be none."""
    with ExitStack() as leaving:
        try:
            folder = Path(tempfile.gettempdir()) / f"{_OURS}{uuid.uuid4().hex}"
            leaving.enter_context(in_use(folder))
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise ConnectionFault(
                f"The folder of temporary files cannot be written ({reason(error)}).",
                where="the folder in TMPDIR, or the system's own",
                means=NOTHING_CHANGED,
                next="Free space or mend the folder's permissions, or name another in TMPDIR; then "
                "try again.",
            ) from None
        leaving.callback(shutil.rmtree, folder, ignore_errors=True)
        yield folder


def remove_temporary_left_behind() -> None:
    """Remove the temporary folders of processes that died."""
    _remove(Path(tempfile.gettempdir()), f"{_OURS}*")


def remove_left_behind(parent: Path) -> None:
    """Remove the folders in it whose holders died, and those that nobody came back for, and say so
    in the log. Others' are left."""
    _remove(parent, "*")
    for folder in _folders(parent):
        if not folder.with_name(folder.name + LOCK).exists() and _has_waited(folder):
            _remove_folder(folder)


def _remove(parent: Path, named: str) -> None:
    for lock in _matching(parent, named + LOCK):
        handle = _of_a_dead_one(lock)
        if handle is None:
            continue
        try:
            # And those that were named after the folder.
            kept = [
                folder
                for folder in _folders(parent, lock.name.removesuffix(LOCK))
                if not _remove_folder(folder)
            ]
            if not kept:
                lock.unlink(missing_ok=True)
        finally:
            os.close(handle)


def _folders(parent: Path, named: str = "") -> list[Path]:
    return [path for path in _matching(parent, f"{named}*") if path.suffix != LOCK]


def _matching(parent: Path, named: str) -> list[Path]:
    """Nothing where this account may not look: what is there is not its own to remove."""
    try:
        return sorted(parent.glob(named))
    except OSError:
        return []


def _remove_folder(folder: Path) -> bool:
    """Whether it could be removed."""
    try:
        shutil.rmtree(folder)
    except OSError as error:
        logger.warning(
            "what a killed run left cannot be removed (%s): remove %s by hand",
            reason(error),
            folder,
        )
        return False
    logger.warning("removed what a killed run left: %s", folder)
    return True


def _has_waited(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > WAITS_SECONDS
    except OSError:  # gone meanwhile
        return False


def _held(lock: Path) -> int | None:
    """The lock, which is held before it is there to be seen by its name. None where the storage
    knows no locks: then nobody takes the folder for a dead one's."""
    while True:
        taking = lock.with_name(f"{lock.name.removesuffix(LOCK)}.{uuid.uuid4().hex}{LOCK}")
        handle = os.open(taking, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taking.rename(lock)
        except FileNotFoundError:  # taken for a dead one's before it was held
            os.close(handle)
        except BlockingIOError:  # somebody is about to take it for a dead one's
            os.close(handle)
            taking.unlink(missing_ok=True)
        except OSError:
            os.close(handle)
            taking.unlink(missing_ok=True)
            return None
        else:
            return handle


def _of_a_dead_one(lock: Path) -> int | None:
    """The lock, taken, where it is this account's and its holder is dead."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:  # gone, or somebody else's
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found, there = os.fstat(handle), lock.lstat()
        is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if is_ours and (found.st_dev, found.st_ino) == (there.st_dev, there.st_ino):
            return handle
    except OSError:  # held, or gone meanwhile
        pass
    os.close(handle)
    return None
