"""The two files of a warehouse, which are written as copies and put in their place when whole.

Any two loads into one file take turns by a lock of the operating system, which dies with its
holder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.errors import ConnectionFault
from etl.log import logger
from etl.warehouse.duckdb.faults import fault, telling_of
from etl.warehouse.turns import take_turn


class Files:
    """The files of the warehouse at the path, and their copies while a load writes those."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.restricted = self.path.with_name(f"{self.path.stem}.restricted.duckdb")
        self.copy = self.path.with_name(f"{self.path.name}.loading")
        self.restricted_copy = self.restricted.with_name(f"{self.restricted.name}.loading")
        self._lock = self.path.with_name(f"{self.path.name}.lock")

    def pairs(self) -> tuple[tuple[Path, Path], ...]:
        """Each file and its copy, in the order in which they are put in place. The identities
        first: of a kill between the two analysts see nothing, and the same command again finishes
        it, as does the next night."""
        return (self.restricted, self.restricted_copy), (self.path, self.copy)

    def opened_as(self, database: str) -> Path:
        """The file that connections know as ``building`` or ``restricted``."""
        return {"building": self.path, "restricted": self.restricted}[database]

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """Put in place what the block writes as copies, alone; where it raises, nothing."""
        with self._our_turn():
            try:
                self._remove_copies()
                with telling_of(self.path, "written"):
                    yield
                self._put_in_place()
            # A commit that finds the disk full is a TransactionException.
            except (duckdb.TransactionException, OSError) as error:
                raise self._not_written(error) from None
            finally:
                self._remove_copies()

    def make_copies(self) -> None:
        """Copy what is there."""
        for source, copy in self.pairs():
            if source.exists():
                shutil.copyfile(source, copy)
                copy.chmod(mode(source))

    @contextmanager
    def _our_turn(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self._lock.open("a")
        except OSError as error:
            raise self._not_written(error) from None

        def lock() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        with handle:
            if not take_turn(lock, "into this warehouse"):
                raise self._not_written(TimeoutError())
            yield

    def _put_in_place(self) -> None:
        """Both are on the disk before either takes its place: what a kill could come between is
        as short as two renames."""
        for _, copy in self.pairs():
            with copy.open("rb") as written:
                os.fsync(written.fileno())
        for target, copy in self.pairs():
            _remove_log_of_another(target)
            copy.replace(target)

    def _remove_copies(self) -> None:
        for _, copy in self.pairs():
            for name in (copy, _log_of(copy)):
                name.unlink(missing_ok=True)

    def _not_written(self, error: BaseException) -> ConnectionFault:
        """Of the file that the error names, else of the warehouse."""
        is_named = getattr(error, "filename", None) == str(self.restricted)
        return fault(error, "written", self.restricted if is_named else self.path)


def mode(path: Path) -> int:
    """Who may read and write it."""
    return path.stat().st_mode & 0o777


def _remove_log_of_another(target: Path) -> None:
    """DuckDB would apply to the new file what somebody wrote into the old one by hand, and did
    not finish."""
    log = _log_of(target)
    if log.exists():
        logger.warning("%s was written by hand; what it holds is dropped", log)
        log.unlink()


def _log_of(file: Path) -> Path:
    """DuckDB's log of what is not in the file yet."""
    return file.with_name(f"{file.name}.wal")
