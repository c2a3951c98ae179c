"""The folder that work lists are written into: its owner's alone, and nothing else's."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from etl.errors import ConnectionFault, WrongUsage, reason
from etl.run import checked

_WRITING = ".writing"
# Written by `csc-etl report` into the folder that it is given.
_OF_A_REPORT = "*-known-*"
_REFUSED = "Nothing was written: work lists identify children."
NOTHING_WRITTEN = "No list was written; those of before are as they were."
# The audit has its line before a file is there.
_NOTED = (
    "No list is half written; those of before are as they were, or new. A line in the audit says "
    "that lists were made."
)


def folder_for_lists(asked: Path) -> Path:
    """The folder, as a whole path; nothing is made yet. Raises WrongUsage where what is in it
    would be seen by others: through its permissions, beside a report, or in a repository."""
    folder = checked(asked, "the folder of work lists")
    try:
        _check(folder)
    except OSError as error:
        raise cannot_be_used(folder, error) from None
    return folder


def _check(folder: Path) -> None:
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            raise _refused(
                folder, "The folder lies in a git work tree.",
                "Name a folder outside every repository: what is committed stays in its history.",
            )  # fmt: skip
    if not folder.exists():
        return
    if not folder.is_dir():
        raise _refused(folder, "That is no folder.", "Name a folder: --out DIR.")
    found = folder.stat()
    if found.st_uid != os.geteuid():
        raise _refused(
            folder, "The folder belongs to another account.",
            "Name a folder of this account's own, or one that is not there yet.",
        )  # fmt: skip
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise _refused(
            folder, "Other accounts can look into the folder.",
            "Make it its owner's alone (`chmod 700`), or name one that is not there yet.",
        )  # fmt: skip
    if any(folder.glob(_OF_A_REPORT)):
        raise _refused(
            folder, "The folder holds a report, which is made to be passed on.",
            "Name a folder for work lists alone.",
        )  # fmt: skip


def _refused(folder: Path, what: str, then: str) -> WrongUsage:
    return WrongUsage(what, where=str(folder), means=_REFUSED, next=then)


def cannot_be_used(folder: Path, error: OSError, means: str = NOTHING_WRITTEN) -> ConnectionFault:
    """The error of a folder, or of a disk."""
    return ConnectionFault(
        f"The work lists cannot be written ({reason(error)}).",
        where=str(folder),
        means=means,
        next="Free space or mend the folder's permissions, then make them again.",
    )


def make(folder: Path) -> None:
    """Make the folder, its owner's alone whatever the umask. Raises ConnectionFault."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise cannot_be_used(folder, error) from None


def put(folder: Path, files: Mapping[str, bytes], *, instead_of: str = "") -> None:
    """Put the files into the folder, each whole or not at all, readable by the owner alone.

    instead_of: a pattern; files of it that are not among these are removed: lists of teams that
    have none any more.
    """
    written: dict[Path, Path] = {}
    try:
        for left in folder.glob(f".*{_WRITING}"):
            left.unlink()
        for name, content in files.items():
            written[_written(folder, name, content)] = folder / name
        for path, place in written.items():
            path.replace(place)
        for earlier in folder.glob(instead_of) if instead_of else ():
            if earlier.name not in files:
                earlier.unlink()
    except OSError as error:
        raise cannot_be_used(folder, error, _NOTED) from None
    finally:
        for path in written:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _written(folder: Path, name: str, content: bytes) -> Path:
    """A file under a name of its own, not looked for by anybody."""
    path = folder / f".{uuid.uuid4().hex}{_WRITING}"
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return path
