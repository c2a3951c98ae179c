"""The two files of a warehouse, which are written as copies and put in their place when whole.

The copies, DuckDB's logs of them and what does not fit into memory lie in a folder that nobody but
its owner can look into, from before their first byte. Any two loads into one file take turns by a
lock of the operating system, which dies with its holder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import duckdb

from etl import settings
from etl.errors import ConnectionFault, reason
from etl.log import logger
from etl.warehouse.duckdb.faults import fault, telling_of
from etl.warehouse.turns import take_turn

# Linux's name for it: a file begins as another whose blocks it shares, until either is written to.
FICLONE = 0x40049409


class Files:
    """The files of the warehouse at the path, and their copies while a load writes those.

    loading: the folder of the copies, on the disk of the files: what is moved from there into their
    place is whole at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.restricted = self.path.with_name(f"{self.path.stem}.restricted.duckdb")
        self.loading = self.path.with_name(f"{self.path.name}.loading")
        self.copy = self.loading / self.path.name
        self.restricted_copy = self.loading / self.restricted.name
        self.spill = self.loading / "spill"
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
                self.loading.mkdir(mode=0o700)
                with telling_of(self.path, "written"):
                    yield
                self._put_in_place()
            # A commit that finds the disk full is a TransactionException.
            except (duckdb.TransactionException, OSError) as error:
                raise self._not_written(error) from None
            finally:
                self._remove_copies()

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """No load writes either file in the block: what is read of both is of one moment."""
        with self._our_turn("backed up"):
            yield

    def make_copies(self) -> None:
        """Copy what is there."""
        for source, copy in self.pairs():
            if source.exists():
                _copy(source, copy)

    def remove_left_behind(self) -> None:
        """Remove the copies that a killed load left, identities among them. Nothing where a load
        is writing them, or where they are not this account's to remove."""
        if not any(os.path.lexists(name) for name in self._of_loads()):
            return
        try:
            with self._open_lock() as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._remove_copies()
        except OSError:
            return
        logger.warning("removed what a killed load left in %s", self.loading)

    @contextmanager
    def _our_turn(self, verb: str = "written") -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self._open_lock()
        except OSError as error:
            raise self._not_written(error, verb) from None

        def lock() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        with handle:
            if not take_turn(lock, "into this warehouse"):
                raise self._not_written(TimeoutError(), verb)
            yield

    def _open_lock(self) -> IO[str]:
        self._lock.touch(mode=0o600)
        return self._lock.open("a")

    def _put_in_place(self) -> None:
        """Both are on the disk before either takes its place: what a kill could come between is
        as short as two renames."""
        for _, copy in self.pairs():
            with copy.open("rb") as written:
                os.fsync(written.fileno())
        self.restricted_copy.chmod(0o600)
        self._give_to_readers()
        for target, copy in self.pairs():
            _remove_log_of_another(target)
            copy.replace(target)

    def _give_to_readers(self) -> None:
        """Of a file that is there, mode and group are the operator's; one that is new gets those
        of the settings."""
        if not self.path.exists():
            self.copy.chmod(settings.warehouse_mode())
            return
        there = self.path.stat()
        allowed = there.st_mode & 0o777
        try:
            if self.copy.stat().st_gid != there.st_gid:
                os.chown(self.copy, -1, there.st_gid)
        except OSError as error:
            allowed &= ~0o070  # it would be another group's
            logger.warning("the warehouse file lost its group: %s", reason(error))
        self.copy.chmod(allowed)
        if allowed & 0o007 & ~settings.warehouse_mode():
            logger.warning(
                "every account of this machine can open %s, with the rows of each child: "
                "chmod 640 ends that; docs/privacy.md",
                self.path,
            )

    def _of_loads(self) -> tuple[Path, ...]:
        """What loads leave where they are killed. Release 0.1.0 wrote its copies beside the
        files."""
        earlier = self.restricted.with_name(f"{self.restricted.name}.loading")
        return self.loading, _log_of(self.loading), earlier, _log_of(earlier)

    def _remove_copies(self) -> None:
        for name in self._of_loads():
            if name.is_dir() and not name.is_symlink():
                shutil.rmtree(name)
            else:
                name.unlink(missing_ok=True)

    def _not_written(self, error: BaseException, verb: str = "written") -> ConnectionFault:
        """Of the file that the error names, else of the warehouse."""
        is_named = getattr(error, "filename", None) == str(self.restricted)
        return fault(error, verb, self.restricted if is_named else self.path)


def _copy(source: Path, copy: Path) -> None:
    """Where the file system lets files share blocks, as XFS and btrfs do, nothing is written but
    what the load then changes; elsewhere every byte, and what cannot be copied is told by that."""
    try:
        with source.open("rb") as read, copy.open("wb") as written:
            fcntl.ioctl(written, FICLONE, read.fileno())
    except OSError:
        shutil.copyfile(source, copy)


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
