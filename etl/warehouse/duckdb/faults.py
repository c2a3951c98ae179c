"""What is wrong with a file, in our words: DuckDB's own may quote what it read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.errors import NOTHING_CHANGED, ConnectionFault, reason

# What DuckDB's message says of a file, and the same in our words.
_OF_A_FILE = {
    "Is a directory": "it is a folder",
    "not a valid DuckDB database file": "it is no DuckDB file",
    "Conflicting lock is held": "another program has it open to write",
    "Permission denied": "Permission denied",
    "database does not exist": "there is no such file",
    "Could not read enough bytes": "it is cut off",
    "Corrupt database file": "it is damaged",
}


@contextmanager
def telling_of(file: Path, verb: str) -> Iterator[None]:
    """Where the file is at fault, say so of it and in our words. verb: as in ``fault``."""
    try:
        yield
    except duckdb.Error as error:
        if not _is_of_a_file(error):
            raise
        raise fault(error, verb, file) from None


def fault(error: BaseException, verb: str, file: Path) -> ConnectionFault:
    """The error of a file that cannot be what the verb says: read, written, or backed up."""
    if verb == "read":
        return ConnectionFault(
            f"The warehouse file cannot be read ({_why(error)}).",
            where=str(file),
            means="Nothing was changed.",
            next="See that the path is that of a warehouse file, that you may read it, and "
            "that no other program writes into it. Restore a damaged one from a backup: "
            "docs/backup-and-restore.md.",
        )
    return ConnectionFault(
        f"The warehouse file cannot be {verb} ({_why(error)}).",
        where=str(file),
        means=NOTHING_CHANGED,
        next="Free disk space, mend the folder's permissions, or wait for the load that holds "
        "the file; then try again.",
    )


def _is_of_a_file(error: duckdb.Error) -> bool:
    """Whether the file is at fault, not what was asked of it. DuckDB has no kind of error of its
    own for a damaged one."""
    is_damaged = type(error) is duckdb.Error and "Corrupt database file" in str(error)
    return is_damaged or isinstance(error, duckdb.IOException)


def _why(error: BaseException) -> str:
    if isinstance(error, OSError):
        return reason(error)
    said = str(error)
    found = (ours for theirs, ours in _OF_A_FILE.items() if theirs in said)
    return next(found, type(error).__name__)
