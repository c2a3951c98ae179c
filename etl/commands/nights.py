"""Commands that load nights, check them, and take them back."""

from __future__ import annotations

import argparse
import json
import secrets
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from etl import settings
from etl.commands.arguments import (
    LOADED,
    add_extract,
    add_landing,
    add_warehouse,
    day,
)
from etl.errors import WrongUsage
from etl.left_behind import temporary_folder
from etl.log import logger
from etl.night.begin import begin
from etl.night.walk import Timing, check_night, load_night
from etl.run import Run

_LONDON = ZoneInfo("Europe/London")


def add_load(load: argparse.ArgumentParser) -> None:
    add_extract(load)
    add_warehouse(load)
    add_landing(load)
    load.add_argument(
        "--backfill", action="store_true",
        help="load a night that was missed before later ones, which are loaded again after it",
    )  # fmt: skip
    load.add_argument(
        "--new", action="store_true", help="make the warehouse, where there is none yet"
    )
    load.add_argument("--timings", action="store_true", help="show what each step took")
    load.set_defaults(command=_load)


def add_check(check: argparse.ArgumentParser) -> None:
    add_extract(check)
    check.add_argument(
        "--warehouse", metavar="URL", help="compare with what is loaded there; default: nothing"
    )
    check.add_argument(
        "--pages", type=Path, default=Path("pages"), metavar="DIR",
        help="where to put the page of results (default: pages/)",
    )  # fmt: skip
    check.set_defaults(command=_check)


def add_undo(undo: argparse.ArgumentParser) -> None:
    undo.add_argument("extract_date", type=day, metavar="DATE", help="of the last night loaded")
    add_warehouse(undo)
    undo.add_argument("--la-code", help="where the warehouse holds several authorities")
    undo.set_defaults(command=_undo)


def add_upgrade(upgrade: argparse.ArgumentParser) -> None:
    add_warehouse(upgrade)
    upgrade.set_defaults(command=_upgrade)


def add_demo_extract(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("folder", type=Path, help="where to put the night's folder")
    demo.add_argument(
        "--date", type=day, required=True,
        help="the extract date, to the end of 2031; from July 2026 on it is another council than "
        "before, so that a warehouse holds nights of either",
    )  # fmt: skip
    demo.add_argument("--children", type=int, default=5000, help="1,000 to 1,000,000")
    demo.add_argument("--seed", type=int, help="another seed, another council")
    demo.add_argument("--faults", type=float, default=2.0, help="faulty rows per thousand")
    demo.set_defaults(command=_demo_extract)


def _load(asked: argparse.Namespace) -> int:
    from etl.warehouse import warehouse_to_load

    settings.pseudonym_key()  # before anything is read: a load without it is wrong usage
    run = _begin(asked, asked.warehouse, asked.landing)
    _warn_where_ahead(run.extract_date, datetime.now(_LONDON).date())
    warehouse_to_load(run.warehouse, may_be_new=asked.new)
    if asked.backfill:
        from etl.night.backfill import backfill

        loaded, timings = backfill(run)
    else:
        loaded, timings = load_night(run)
    if loaded and run.is_landed:
        from etl.land.landing import keep_authority_file

        keep_authority_file(run)
    if settings.log_as_json():
        _tell_loaded(run, loaded, timings if asked.timings else [])
    else:
        _show_loaded(run, loaded, timings if asked.timings else [])
    return LOADED


def _warn_where_ahead(extract_date: date, today: date) -> None:
    """Nights load in the order of their dates: one of a day to come shuts out those before it."""
    if extract_date > today:
        logger.warning(
            "the extract is dated %s, a day that has not come: once it is loaded, the nights until "
            "then are refused. If the date is wrong, take it back with `csc-etl undo %s`",
            extract_date, extract_date,
        )  # fmt: skip


def _show_loaded(run: Run, loaded: bool, timings: list[Timing]) -> None:
    if timings:
        _show_timings(timings)
    if loaded:
        from etl.answers.status import to_look_at

        print("".join(f"{line}\n" for line in to_look_at(run.warehouse, run.run_id)), end="")
        print(f"Loaded {run.extract_date} of authority {run.la_code}. Checks: {run.page}")
    else:
        print(f"{run.extract_date} of authority {run.la_code} is already loaded; nothing changed.")


def _tell_loaded(run: Run, loaded: bool, timings: list[Timing]) -> None:
    """The same as an object."""
    more: dict[str, object] = {"timings": [asdict(timing) for timing in timings]} if timings else {}
    if loaded:
        from etl.answers.status import run_of, to_look_at

        found = run_of(run.warehouse, run.run_id)
        more |= {"held_back": found.held_back, "new": int(found.new), "closed": int(found.closed)}
        more |= {"to_look_at": to_look_at(run.warehouse, run.run_id), "page": str(run.page)}
    _tell("loaded" if loaded else "already_loaded", run, **more)


def _tell(result: str, run: Run, **more: object) -> None:
    """What came of a night, as one JSON object on standard output."""
    night = {"run_id": run.run_id, "la_code": run.la_code,
             "extract_date": run.extract_date.isoformat()}  # fmt: skip
    print(json.dumps({"result": result, **night, **more}))


def _begin(asked: argparse.Namespace, warehouse: str, landing: Path | None) -> Run:
    return begin(
        asked.extract, asked.authority, warehouse, extract_date=asked.date, landing=landing
    )


def _check(asked: argparse.Namespace) -> int:
    """Works on a landed copy in a temporary folder of its own, gone at the end.

    Without a warehouse to compare with, the tokens serve this check alone and any key will do.
    """
    from etl.warehouse import existing_warehouse

    if asked.warehouse:  # compared with one that is not there, every check would pass
        existing_warehouse(asked.warehouse)
    with temporary_folder() as folder:
        url = asked.warehouse or f"duckdb:///{folder / 'none.duckdb'}"
        key = settings.pseudonym_key() if asked.warehouse else secrets.token_bytes()
        run = replace(_begin(asked, url, folder / "landing"), pages=asked.pages.absolute())
        is_new = check_night(run, key)
    if settings.log_as_json():
        _tell("passed" if is_new else "already_loaded", run,
              **({"page": str(run.page)} if is_new else {}))  # fmt: skip
    elif is_new:
        print(f"No check stops {run.extract_date} of authority {run.la_code}. Checks: {run.page}")
    else:
        print(f"{run.extract_date} of authority {run.la_code} is loaded already.")
    return LOADED


def _undo(asked: argparse.Namespace) -> int:
    from etl.night.undo import undo

    la_code, frozen = undo(
        asked.warehouse, asked.extract_date, undone_at=datetime.now(UTC), la_code=asked.la_code
    )
    print(f"The night of {asked.extract_date} of authority {la_code} is taken back.")
    for label in frozen:
        print(f"The freeze '{label}' was made of it, and stays as it was published.")
    print(f"Now load the right extract of {asked.extract_date}, where there is one.")
    return LOADED


def _upgrade(asked: argparse.Namespace) -> int:
    from etl.warehouse.upgrade import upgrade

    upgrade(asked.warehouse)
    print("The warehouse's tables and views are those of this release; every row was kept.")
    return LOADED


def _demo_extract(asked: argparse.Namespace) -> int:
    from etl.demo import write_extract

    try:
        written = write_extract(
            asked.folder,
            children=asked.children,
            extract_date=asked.date,
            seed=asked.seed,
            faults_per_thousand=asked.faults,
        )
    except ValueError as error:
        raise WrongUsage(
            f"The demo extract cannot be made: {error}",
            where="command line",
            means="Nothing was written.",
            next="Choose another number of children, or another date.",
        ) from None
    print(f"Wrote {written}")
    return LOADED


def _show_timings(timings: list[Timing]) -> None:
    table = Table("step", "seconds", "process seconds", "peak MiB")
    for timing in timings:
        table.add_row(
            timing.step, f"{timing.seconds:.1f}", f"{timing.process_seconds:.1f}",
            f"{timing.peak_mebibytes:,.0f}",
        )  # fmt: skip
    total = sum(timing.process_seconds for timing in timings)
    seconds = sum(timing.seconds for timing in timings)
    table.add_row("[bold]all[/]", f"{seconds:.1f}", f"{total:.1f}", "")
    Console().print(table)
