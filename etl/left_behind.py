"""Folders that a process uses while it lives: each held by a lock that dies with its holder, so
that another process can tell what a dead one left, and takes it away.

A lock that nobody holds is the only sign. A folder without a lock beside it waits for somebody.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from etl.errors import NOTHING_CHANGED, ConnectionFault, reason
from etl.log import logger

LOCK = ".lock"
_OURS = "csc-etl-"


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Hold the folder, which need not be there yet; its parent must be. Raises OSError where the
    lock cannot be written."""
    lock = folder.with_name(folder.name + LOCK)
    handle = _held(lock)
    try:
        yield
    finally:
        if handle is not None:
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
    """Remove the folders in it whose holders died, and say so in the log."""
    _remove(parent, "*")


def _remove(parent: Path, named: str) -> None:
    for lock in sorted(parent.glob(named + LOCK)):
        handle = _of_a_dead_one(lock)
        if handle is None:
            continue
        try:
            _remove_with_its_folders(lock)
        except OSError:
            logger.warning("what a killed run left cannot be removed: remove %s by hand", lock.stem)
        finally:
            os.close(handle)


def _remove_with_its_folders(lock: Path) -> None:
    """And those that were named after the folder."""
    name = lock.name.removesuffix(LOCK)
    left = [path for path in lock.parent.glob(f"{name}*") if path.suffix != LOCK]
    for folder in left:
        shutil.rmtree(folder)
        logger.warning("removed what a killed run left: %s", folder)
    lock.unlink(missing_ok=True)


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
