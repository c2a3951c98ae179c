"""A folder that a command writes files into for others: made if need be, one command at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from etl import settings

# Where files are written before they are put in place: nobody but the owner can look into it.
WRITING = ".writing"


@contextmanager
def outgoing(folder: Path) -> Iterator[None]:
    """The folder is there, and this command's alone; one that was not there before is gone again
    where the block raises. Who may read it is as of a warehouse file.

    Raises OSError where it cannot be made or looked into, BlockingIOError where another has it.
    """
    is_new = not folder.exists()
    try:
        if is_new:
            _make(folder)
        with _alone(folder):
            yield
            is_new = False
    finally:
        if is_new:
            with suppress(OSError):  # it was never there
                folder.rmdir()


def _make(folder: Path) -> None:
    folder.mkdir(parents=True)
    mode = settings.warehouse_mode()
    folder.chmod(mode | 0o100 | (mode & 0o044) >> 2)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """By a lock that dies with its holder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextmanager
def begun(folder: Path) -> Iterator[Path]:
    """A folder in it to write into, gone at the end; so is what a killed command left there."""
    writing = folder / WRITING
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir(mode=0o700)
    try:
        yield writing
    finally:
        shutil.rmtree(writing, ignore_errors=True)
