"""The folder of an export, in which nothing else lies: written apart, then put in place."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from etl import settings
from etl.errors import ConnectionFault, WrongUsage, reason

# Says what an export is of. It is put in place last, so that where it is, the others are.
ABOUT = "export.json"
# Where files are written before they are put in place: nobody but the owner can look into it.
_WRITING = ".writing"


@contextmanager
def replacing(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """A folder to write into. What is in it at the block's end takes the place of an earlier
    export; where the block raises, that stays. names: of the files that exports may hold.

    Raises WrongUsage where the folder holds something else, ConnectionFault where it cannot be
    written.
    """
    is_new = not folder.exists()
    try:
        _make(folder, is_new)
        with _alone(folder), _begun(folder, names) as writing:
            yield writing
            _put_in_place(folder)
            is_new = False
    except OSError as error:
        raise _not_written(error, folder) from None
    finally:
        if is_new:
            with suppress(OSError):  # it was never there
                folder.rmdir()


def _make(folder: Path, is_new: bool) -> None:
    if is_new:
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
def _begun(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """The folder to write into, gone at the end; so is what a killed export left in it."""
    _check_is_ours(folder, names)
    writing = folder / _WRITING
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir(mode=0o700)
    try:
        yield writing
    finally:
        shutil.rmtree(writing, ignore_errors=True)


def _check_is_ours(folder: Path, names: Collection[str]) -> None:
    """Whatever is there is an export's, by its name or by what the export there says."""
    ours = {ABOUT, _WRITING, *names, *_named_in(folder / ABOUT)}
    others = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if others:
        raise WrongUsage(
            f"The folder holds what no export wrote: {', '.join(others[:3])}"
            f"{' and more' if len(others) > 3 else ''}.",
            where=str(folder),
            means="Nothing was written: an export replaces all that is in its folder.",
            next="Name a folder of its own for the export, or one that is not there yet.",
        )


def _named_in(about: Path) -> list[str]:
    """The files of the export that is there: an earlier release may have had other views."""
    try:
        found = json.loads(about.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in found if isinstance(name, str)]


def _put_in_place(folder: Path) -> None:
    """File by file. Between the first and the last of them there is no file that says whole."""
    written = sorted(
        (folder / _WRITING).iterdir(), key=lambda path: (path.name == ABOUT, path.name)
    )
    (folder / ABOUT).unlink(missing_ok=True)
    named = {path.name for path in written}
    for path in folder.iterdir():
        if path.name not in named and path.name != _WRITING:
            path.unlink()
    for path in written:
        path.chmod(settings.warehouse_mode())
        path.replace(folder / path.name)


def _not_written(error: OSError, folder: Path) -> ConnectionFault:
    is_held = isinstance(error, BlockingIOError)
    why = "another export writes it" if is_held else reason(error)
    return ConnectionFault(
        f"The export cannot be written ({why}).",
        where=str(folder),
        means=f"No new export is whole. Where {ABOUT} lies in the folder, the export before is as "
        "it was. The warehouse was only read.",
        next="Free space, mend the folder's permissions, close its files, or wait for the other "
        "export; then export again.",
    )
