"""The command that says how the last nights went, to people and to what watches them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from etl import __version__
from etl.commands.arguments import (
    LAST_STOPPED,
    LATE,
    LOADED,
    add_warehouse,
    how_many,
    how_many_days,
)
from etl.harmless import harmless

if TYPE_CHECKING:  # the command line starts without pandas
    from etl.answers.held import Held
    from etl.answers.status import Council, NightRun
    from etl.targets import NotSet

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class _Found:
    """What is told. today: in London, the day that lateness is counted to."""

    as_of: datetime
    within: int | None
    runs: list[NightRun]
    councils: list[Council]
    lacking: list[tuple[str, NotSet]]
    held: list[Held]

    @property
    def today(self) -> date:
        return self.as_of.astimezone(_LONDON).date()


def add_status(status: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl status``."""
    add_warehouse(status)
    status.add_argument("--nights", type=how_many, default=14, help="how many (default 14)")
    status.add_argument("--la-code", help="of this council alone (default: every one)")
    status.add_argument(
        "--within", type=how_many_days, metavar="DAYS",
        help="exit with 4 where a council has no night loaded whose extract date lies within so "
        "many days of today, else with 5 where a check stopped the last night of one",
    )  # fmt: skip
    status.add_argument(
        "--authorities", type=Path, metavar="DIR",
        help="folder of authority files: of each a night is expected, though none was ever loaded",
    )  # fmt: skip
    status.add_argument(
        "--not-published", action="store_true",
        help="name the measures that are not published, or not of every month, for what the "
        "source of a council does not hold",
    )  # fmt: skip
    status.add_argument("--json", action="store_true", help="as one JSON object")
    status.add_argument(
        "--metrics", type=Path, metavar="FILE",
        help="write what Prometheus reads, for node_exporter's textfile collector",
    )  # fmt: skip
    status.set_defaults(command=_status)


def _status(asked: argparse.Namespace) -> int:
    from etl.warehouse import existing_warehouse

    warehouse, found = existing_warehouse(asked.warehouse), _found(asked)
    engine = "duckdb" if asked.warehouse.startswith("duckdb:") else "postgresql"
    if asked.metrics:
        _write_metrics(asked.metrics, found, engine)
    if asked.json:
        print(json.dumps(_as_object(found, {"engine": engine, "at": warehouse.shown()})))
    elif asked.metrics:
        print(f"Wrote {asked.metrics}")
    else:
        _show(found, with_names=asked.not_published)
    return _exit_code(found)


def _found(asked: argparse.Namespace) -> _Found:
    from etl.answers.held import held
    from etl.answers.status import councils, last_runs, targets_not_set

    url, la_code = asked.warehouse, asked.la_code
    expected = _expected(asked.authorities) if asked.authorities else []
    return _Found(
        as_of=_now(),
        within=asked.within,
        councils=councils(url, expected=expected, la_code=la_code),
        runs=last_runs(url, asked.nights, la_code=la_code),
        lacking=[each for each in targets_not_set(url) if la_code in (None, each[0])],
        held=held(url, la_code=la_code),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _expected(folder: Path) -> list[str]:
    """The codes that the authorities' files of the folder state."""
    from etl.councils import councils_in

    return [council.la_code for council in councils_in(folder)]


def _exit_code(found: _Found) -> int:
    """Late figures are worse than a stop that has not made them late: where both are, it is 4."""
    if found.within is None:
        return LOADED
    if not found.councils or any(_is_late(each, found) for each in found.councils):
        return LATE
    return LAST_STOPPED if any(each.is_stopped for each in found.councils) else LOADED


def _is_late(council: Council, found: _Found) -> bool:
    return found.within is not None and council.is_late(found.today, found.within)


def _write_metrics(file: Path, found: _Found, engine: str) -> None:
    from etl.answers.metrics import metrics, write_metrics

    write_metrics(file, metrics(found.councils, engine=engine, today=found.today))


def _as_object(found: _Found, warehouse: dict[str, str]) -> dict[str, Any]:
    return {
        "software_version": __version__,
        "warehouse": warehouse,
        "as_of": found.as_of.isoformat(timespec="seconds"),
        "within_days": found.within,
        "exit_code": _exit_code(found),
        "nights": [_run_as_object(run) for run in found.runs],
        "councils": [_council_as_object(council, found) for council in found.councils],
        "targets_not_set": [{"la_code": code, "what": each.what} for code, each in found.lacking],
        "not_held": [_held_as_object(each) for each in found.held],
    }


def _held_as_object(held: Held) -> dict[str, Any]:
    return {
        "la_code": held.la_code,
        "covered_from": held.covered_from and held.covered_from.isoformat(),
        "not_published": list(held.not_published),
        "published_from": {name: f"{month:%Y-%m}" for name, month in held.begin_late.items()},
    }


def _run_as_object(run: NightRun) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "la_code": run.la_code,
        "extract_date": run.extract_date.isoformat(),
        "status": run.status,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "finished_at": run.finished_at and run.finished_at.isoformat(timespec="seconds"),
        "after_days": run.after,
        "held_back": None if run.held_back is None else int(run.held_back),
        "new": int(run.new),
        "closed": int(run.closed),
        "message": run.message and harmless(run.message),
    }


def _council_as_object(council: Council, found: _Found) -> dict[str, Any]:
    run = council.last_run
    return {
        "la_code": council.la_code,
        "name": council.name and harmless(council.name),
        "nights_loaded": int(council.nights_loaded),
        "last_loaded": council.last_loaded and council.last_loaded.isoformat(),
        "days_since": council.days_since(found.today),
        "is_late": None if found.within is None else _is_late(council, found),
        "is_stopped": council.is_stopped,
        "last_run_id": run and run.run_id,
        "last_status": run and run.status,
    }


def _show(found: _Found, *, with_names: bool) -> None:
    _show_runs(found.runs)
    lines = [f"{run.extract_date} of {run.la_code}, {run.status}: {run.message}"
             for run in found.runs if run.message]  # fmt: skip
    lines += [f"{la_code}: {each.what}" for la_code, each in found.lacking]
    for held in found.held:
        lines.append(held.in_words)
        lines += _names(held) if with_names else []
    lines += [line for council in found.councils for line in _wrong_with(council, found)]
    print("".join(f"{line}\n" for line in lines), end="")


def _names(held: Held) -> list[str]:
    """Of which measures no month is published, and from which month on others are."""
    return [
        *(f"  {name}: not published" for name in held.not_published),
        *(f"  {name}: from {month:%B %Y} on" for name, month in held.begin_late.items()),
    ]


def _show_runs(runs: Sequence[NightRun]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("extract date", "authority", "result", "after", "held back", "new", "closed"):
        table.add_column(column, no_wrap=True)
    for run in runs:
        colour = {"loaded": "green", "undone": "yellow"}.get(run.status, "red")
        table.add_row(
            str(run.extract_date), run.la_code, f"[{colour}]{run.status}[/]",
            "" if run.after is None else f"{run.after} day{'s' * (run.after != 1)}",
            "–" if run.held_back is None else f"{run.held_back:,}",
            f"{run.new:,}", f"{run.closed:,}",
        )  # fmt: skip
    Console().print(table)


def _wrong_with(council: Council, found: _Found) -> list[str]:
    """What makes the exit code other than 0, where that is asked for."""
    if found.within is None:
        return []
    lines = []
    if _is_late(council, found):
        last = (
            f"the last is that of {council.last_loaded}" if council.last_loaded else "there is none"
        )
        lines.append(
            f"{council.la_code}: no night is loaded whose extract date lies within {found.within} "
            f"days of {found.today}; {last}."
        )
    if council.is_stopped:
        lines.append(f"{council.la_code}: a check stopped its last night.")
    return lines
