"""The errors an operator reads. Each has four parts and never holds a value from a record."""

from __future__ import annotations

import errno
import os

from etl.harmless import harmless


class NightError(Exception):
    """Something a person must read. ``exit_code`` is what the command line returns for it.

    what: the fact. where: step, table, file. means: what it means tonight. next: what to do.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str, means: str, next: str) -> None:
        # Names of files, tables and settings come from outside.
        self.what, self.where, self.means, self.next = map(harmless, (what, where, means, next))
        super().__init__(self.what)

    def __str__(self) -> str:
        return f"What:  {self.what}\nWhere: {self.where}\nMeans: {self.means}\nNext:  {self.next}"

    def __reduce__(self) -> tuple[object, ...]:
        # Airflow sends exceptions between processes; keyword arguments need help to survive that.
        return _rebuild, (type(self), self.what, self.where, self.means, self.next)


def _rebuild(kind: type[NightError], what: str, where: str, means: str, next: str) -> NightError:
    return kind(what, where=where, means=means, next=next)


class WrongUsage(NightError):
    """The command, a setting or an authority's file is wrong; no night was begun."""

    exit_code = 2


class NightStopped(NightError):
    """A check stopped the night; the warehouse keeps yesterday's state, whole."""

    exit_code = 3


class ConnectionFault(NightError):
    """A file, folder or database could not be reached: worth another try later."""


class NotArrived(NightError):
    """The extract of a night was not there, or not whole, by the hour until which it is waited
    for: trying again would not help, a person must see to it."""


class UnexpectedFault(NightError):
    """A fault of the program. Made from another exception without its message, which may quote
    a record."""


NOTHING_CHANGED = "The warehouse was not changed: it is as it was before."


# Of a folder or disk: full, read-only, somebody else's, failing, or no folder at all.
_OF_A_DISK = (
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.ENOTDIR, errno.EEXIST,
)  # fmt: skip


def is_of_a_disk(error: BaseException) -> bool:
    """Whether a folder or disk is at fault, which a person can mend."""
    return isinstance(error, OSError) and error.errno in _OF_A_DISK


def of_a_disk(error: OSError) -> ConnectionFault:
    """The error of a file or folder that nobody told of where it was met."""
    return ConnectionFault(
        f"A file or folder cannot be used ({reason(error)}).",
        where=str(error.filename or "not named by the system"),
        means="The warehouse changes whole or not at all; `csc-etl status` shows its last nights.",
        next="Run it as the account that loads the nights; free space or mend the permissions.",
    )


def reason(error: OSError) -> str:
    """The system's words for it: those of the error may quote a path."""
    return os.strerror(error.errno) if error.errno else type(error).__name__


def without_values(error: BaseException, where: str) -> UnexpectedFault:
    """The same fault with its type and place in the program, and without its message."""
    place = "unknown place"
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/etl/" in code.co_filename.replace("\\", "/"):
            place = f"{code.co_filename.replace(chr(92), '/').rsplit('/etl/', 1)[-1]}"
            place = f"etl/{place}, line {trace.tb_lineno}, in {code.co_name}"
        trace = trace.tb_next
    return UnexpectedFault(
        f"The program failed with {type(error).__name__} at {place}.",
        where=where,
        means="The warehouse changes whole or not at all; `csc-etl status` shows its last nights.",
        next="Run it again; if it fails the same way, report this text "
        "(it holds no value of a record) with the version from `csc-etl --version`.",
    )
