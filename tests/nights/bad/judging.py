"""What comes of an extract: everything a night does but its load, as the command line would tell
it, and every place that its operator or an analyst reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.contracts.frames import read_frame
from etl.contracts.hand_overs import CHECKS, MANIFEST, READING, Reading
from etl.errors import NightError
from etl.night.begin import begin
from etl.night.tasks import TASKS
from etl.night.walk import Walk, run_task
from etl.run import Run, clear_work
from nights.loading import KEY
from nights.marking import MARK, everything_logged
from nights.verdicts import remembered


def _tell_nobody(*_: object) -> None:
    """A check is told to no audit."""


QUIETLY = Walk(key=KEY.encode, tell_stop=_tell_nobody)


@dataclass(frozen=True)
class Night:
    """exit_code, message: as of the command. told: all that others than the owner can read.
    landed: records by table. conformed: our tables, as read. held: the reason by source table and
    record."""

    exit_code: int
    message: str
    told: str
    landed: dict[str, int] = field(default_factory=dict)
    reading: Reading | None = None
    conformed: dict[str, pd.DataFrame] = field(default_factory=dict)
    held: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def shows_a_value(self) -> bool:
        """Whether a marker is anywhere but in what belongs to the owner."""
        return MARK.lower() in self.told.lower()


def judge(
    extract: Path | None,
    authority: Path,
    *,
    warehouse: Path | None = None,
    lands_only: bool = False,
    asked: date | None = None,
) -> Night:
    """Every task of the extract's night but its load; or only the first. warehouse: what it is
    compared with. asked: for which day, of a database."""
    folder = extract.parent if extract else authority.parent
    file = warehouse or folder / "none.duckdb"
    with everything_logged() as logged, remembered():
        try:
            run = begin(
                extract, authority, f"duckdb:///{file}", landing=folder / "landing",
                extract_date=asked,
            )  # fmt: skip
        except NightError as error:
            return Night(error.exit_code, str(error), str(error))
        with _cleared(run):
            try:
                for task in TASKS[:1] if lands_only else TASKS[:-1]:
                    run_task(run, task, QUIETLY)
            except NightError as error:
                return Night(error.exit_code, str(error), f"{error}{logged.getvalue()}{_page(run)}")
            if lands_only:
                return Night(0, "", logged.getvalue(), _landed(run))
            return _whole_night(run, logged.getvalue())


@contextmanager
def _cleared(run: Run) -> Iterator[None]:
    try:
        yield
    finally:
        clear_work(run)


def _whole_night(run: Run, logged: str) -> Night:
    rejected = read_frame(run.work / "rejected.parquet")
    reading = READING.read(run)
    told: list[Any] = [logged, _page(run), rejected.to_csv(), reading, CHECKS.read(run)]
    return Night(
        0, "", "".join(map(str, told)), _landed(run), reading,
        {path.stem: read_frame(path) for path in (run.work / "conformed").glob("*.parquet")},
        {(row.source_table, int(row.record_number)): row.reason for row in rejected.itertuples()},
    )  # fmt: skip


def _landed(run: Run) -> dict[str, int]:
    return {name: table["rows"] for name, table in MANIFEST.read(run)["tables"].items()}


def _page(run: Run) -> str:
    return run.page.read_text(encoding="utf-8") if run.page.exists() else ""
