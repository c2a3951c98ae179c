"""Backups of a warehouse: each a folder that is whole from the moment it has its name, and proved
by then. docs/backup-and-restore.md says how one is restored.

What a backup is of is the engine's business. What is not in one: landed nights, authorities' files,
the key, and a server's roles.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from etl.errors import ConnectionFault, NightError, WrongUsage, reason
from etl.left_behind import in_use, remove_left_behind
from etl.log import logger
from etl.warehouse import existing_warehouse
from etl.warehouse.session import StoredWarehouse

SUMS = "SHA256SUMS"
# In the folder of backups: what is not whole yet, or is being removed.
MAKING = "making"
MOST_DAYS = 36_500
_NAME = "%Y-%m-%dT%H%M%SZ"
_NAMED = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
NO_NEW_BACKUP = "The warehouse was not changed. There is no new backup; those before it are there."


@dataclass(frozen=True)
class Backup:
    """One that is whole. made_at: when it was begun, in UTC."""

    made_at: datetime
    folder: Path

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(path.stat().st_size for path in self.folder.iterdir())


def back_up(
    url: str, into: Path, *, made_at: datetime, keep_days: int | None = None
) -> tuple[Backup, list[Backup]]:
    """Copy a warehouse into a folder of its own below ``into``, prove the copy, and only then
    remove the backups that are older than so many days; without a number none is.

    Returns the new backup, and those that were removed. A backup waits for a load that writes into
    DuckDB files, up to an hour. Raises WrongUsage where there is no warehouse, or no sensible
    number; ConnectionFault where the warehouse cannot be read or the folder not written; NightError
    where the copy is not whole. Then there is no new backup, and nothing is removed.
    """
    _check_days(keep_days)
    warehouse = existing_warehouse(url)
    with _telling_of(into, "The backup cannot be written", NO_NEW_BACKUP):
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        (into / MAKING).mkdir(mode=0o700, exist_ok=True)
        remove_left_behind(into / MAKING)
        made = _make(warehouse, into, made_at.astimezone(UTC).replace(microsecond=0))
    logger.info("backed up to %s", made.folder)
    removed = [] if keep_days is None else _remove_old(into, made, timedelta(days=keep_days))
    return made, removed


def backups_in(folder: Path) -> list[Backup]:
    """The backups in a folder, the oldest first: those that were made here and are whole. Folders
    of any other name are nobody's of ours. Nothing where there is no such folder; raises OSError
    where it may not be looked into."""
    if not folder.exists():
        return []
    return [
        Backup(datetime.strptime(path.name, _NAME).replace(tzinfo=UTC), path)
        for path in sorted(folder.iterdir())
        if _NAMED.fullmatch(path.name) and not path.is_symlink() and (path / SUMS).is_file()
    ]


def _check_days(keep_days: int | None) -> None:
    if keep_days is not None and not 1 <= keep_days <= MOST_DAYS:
        raise WrongUsage(
            f"Backups would be kept {'less than a day' if keep_days < 1 else 'over a century'}.",
            where="backup",
            means="Nothing was begun.",
            next=f"Give whole days, 1 to {MOST_DAYS:,}; docs/backup-and-restore.md says what for.",
        )


def _make(warehouse: StoredWarehouse, into: Path, made_at: datetime) -> Backup:
    making = into / MAKING / f"{made_at:{_NAME}}"
    made = Backup(made_at, into / making.name)
    if made.folder.exists() or making.exists():
        raise WrongUsage(
            "A backup of this very second is there, or is being made.",
            where=str(made.folder),
            means=NO_NEW_BACKUP,
            next="Take it again, if another one is wanted.",
        )
    with in_use(making):
        making.mkdir(mode=0o700)
        try:
            sums = warehouse.back_up(making)
            _write_sums(making, sums)
            _prove(warehouse, making, sums)
            making.rename(made.folder)
            _sync(into)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return made


def _write_sums(folder: Path, sums: Mapping[str, str]) -> None:
    """As sha256sum writes them, for ``sha256sum --check``."""
    written = folder / SUMS
    written.touch(mode=0o600)
    written.write_text("".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()))
    for path in folder.iterdir():
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """What has its name is on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prove(warehouse: StoredWarehouse, folder: Path, sums: Mapping[str, str]) -> None:
    for name, sha256 in sums.items():
        with (folder / name).open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").hexdigest() != sha256:
                raise NightError(
                    f"The copy of {name} is not what was read.",
                    where=str(folder),
                    means=NO_NEW_BACKUP,
                    next="See that the disk of the backups is sound; then try again.",
                )
    warehouse.check_backup(folder)


def _remove_old(into: Path, made: Backup, keep: timedelta) -> list[Backup]:
    """Never the one that was just made. Each is first moved out of sight, whole, so that none is
    ever seen half removed."""
    old = [each for each in backups_in(into) if each.made_at < made.made_at - keep]
    still_there = f"{made.folder} is whole; what is older than is to be kept is still there."
    with _telling_of(into, "An old backup cannot be removed", still_there):
        for each in old:
            leaving = into / MAKING / each.folder.name
            with in_use(leaving):
                each.folder.rename(leaving)
                shutil.rmtree(leaving)
            logger.info("removed the backup %s", each.folder)
    return old


@contextmanager
def _telling_of(folder: Path, what: str, means: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConnectionFault(
            f"{what} ({reason(error)}).",
            where=str(folder),
            means=means,
            next="Free space or mend the folder's permissions; then try again, as the account that "
            "loads the nights.",
        ) from None
