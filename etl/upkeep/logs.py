"""Removes old logs of a scheduler's tasks: files of ours alone, below the folder that is named."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from etl.errors import ConnectionFault, reason

# As Airflow names the folder of a DAG's logs, by itself.
_OF_A_DAG = "dag_id="


def remove_old_logs(folder: Path, dags: Collection[str], *, kept_from: datetime) -> int:
    """Remove the log files of these DAGs that were last written before a moment, and the folders
    that are empty then. Nothing outside ``dag_id=<name>`` in the folder is looked at, and no link
    is followed. Returns how many files went; raises ConnectionFault where one cannot be removed.
    """
    removed = 0
    try:
        for name in sorted(dags):
            of_dag = folder / f"{_OF_A_DAG}{name}"
            if of_dag.is_dir() and not of_dag.is_symlink():
                removed += _remove_below(of_dag, kept_from.timestamp())
    except OSError as error:
        raise ConnectionFault(
            f"An old log of a task cannot be removed ({reason(error)}).",
            where=str(folder),
            means="No night depends on it. The logs that are older than is to be kept are there.",
            next="Mend the folder's permissions: the account of Airflow's workers writes it.",
        ) from None
    return removed


def _remove_below(folder: Path, before: float) -> int:
    removed = 0
    emptied: set[Path] = set()
    for name, _, names in os.walk(folder, topdown=False, onerror=_raise, followlinks=False):
        inside = Path(name)
        for path in _old_files(inside, names, before):
            path.unlink(missing_ok=True)
            removed += 1
            emptied.add(inside)
        # One that a task made this moment and has not written into yet is neither.
        if inside != folder and (inside in emptied or inside.stat().st_mtime < before):
            with suppress(OSError):  # not empty
                inside.rmdir()
                emptied.add(inside.parent)
    return removed


def _old_files(folder: Path, names: Collection[str], before: float) -> Iterator[Path]:
    for name in names:
        path = folder / name
        with suppress(FileNotFoundError):  # gone meanwhile
            if ".log" in path.suffixes and not path.is_symlink() and path.stat().st_mtime < before:
                yield path


def _raise(error: OSError) -> None:
    raise error
