"""One night of one authority: the steps, listed once. The DAG and the command line walk this list.

Importing this loads neither pandas nor Great Expectations: a scheduler reads it every minute.
"""

from __future__ import annotations

import importlib
import json
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etl import settings
from etl.errors import (
    NOTHING_CHANGED,
    ConnectionFault,
    NightError,
    NightStopped,
    WrongUsage,
    is_of_a_disk,
    reason,
    without_values,
)
from etl.log import logger, of_run
from etl.run import Run, checked, clear_work, new_run_id, owner_only, remove_stale_work


@dataclass(frozen=True)
class Step:
    """A step and the task of the DAG it belongs to."""

    name: str
    task: str
    run: Callable[[Run], bool | None]


# Told of a run that a check stopped, and when that began.
TellStop = Callable[[Run, NightStopped, datetime], None]


@dataclass(frozen=True)
class Timing:
    """What a step took: wall and process seconds, and the peak memory so far in MiB."""

    step: str
    seconds: float
    process_seconds: float
    peak_mebibytes: float


def _part(module: str) -> Any:
    return importlib.import_module(f"etl.{module}")


def authority_of(path: Path) -> Any:
    """The authority's file, checked against the timescales and measures that exist."""
    timescales = _part("derive.register").TIMESCALES
    measures = _part("publish.measures").measure_names(timescales)
    return _part("authority").read_authority(path, timescales=timescales, measures=measures)


def titles() -> dict[str, str]:
    """The title of each timescale: for the measures that exist for every one."""
    return {rule.timescale: rule.title for rule in _part("derive.register").RULES}


def records() -> dict[str, list[str | None]]:
    """By timescale, where it comes from: for telling why a figure has moved."""
    found: dict[str, list[str | None]] = _part("derive.register").records()
    return found


def _land(run: Run) -> bool | None:
    return _land_with(run, settings.pseudonym_key())


def _land_with(run: Run, key: bytes) -> bool | None:
    """Returns False where this very extract is loaded already: the night is over."""
    source, landing, earlier = (
        _part("sources.liquidlogic.files"), _part("land.landing"), _part("recall.earlier")
    )  # fmt: skip
    has_landed = run.extract == run.landed
    if has_landed:
        manifest = landing.take_landed(run)
    else:
        manifest = landing.land_extract(run, source.read_extract(run.extract))
    owner_only(run.work)
    (run.work / "manifest.json").write_text(json.dumps(manifest))
    if earlier.look_back(run, manifest["sha256"], key):
        logger.info("this extract is already loaded; nothing changed")
        return False
    if has_landed:
        return None
    erased = _part("privacy.erased").of_run(run.work, key, run.la_code)
    rows_about = _part("privacy.landed").rows_about
    landing.keep_landed(run, rows_about(run.work / "landed", erased.are_among) if erased else {})
    return None


def _conform(run: Run) -> None:
    key = settings.pseudonym_key()
    _part("conform.conform").conform(run, authority_of(run.authority_file), key)


def _validate(run: Run) -> None:
    _part("validate.validate").validate(run, authority_of(run.authority_file))


def _keep(run: Run) -> None:
    _part("recall.earlier").keep_earlier_versions(run)


def _derive(run: Run) -> None:
    _part("derive.derive").derive(run, authority_of(run.authority_file))


def _load(run: Run) -> None:
    load = _part("load.load")
    load.load_and_publish(run, authority_of(run.authority_file), _publish, _started_at(run))


def _publish(session: Any, run: Run) -> None:
    """Runs within the load's own session: figures change together with what they count."""
    publish(session, run.la_code, run.extract_date, run.run_id)
    _part("warehouse.views").publish_views(session)


def publish(session: Any, la_code: str, extract_date: date, run_id: str) -> None:
    """Make the figures those of a loaded night, the authority's last."""
    _part("publish.publish").publish(
        session, la_code, extract_date, run_id, titles=titles(), records=records()
    )


STEPS: tuple[Step, ...] = (
    Step("land", "land", _land),
    Step("conform", "check", _conform),
    Step("validate", "check", _validate),
    Step("keep", "check", _keep),
    Step("derive", "check", _derive),
    Step("load and publish", "load", _load),
)
TASKS: tuple[str, ...] = tuple(dict.fromkeys(step.task for step in STEPS))


def begin(
    extract: Path,
    authority_file: Path,
    warehouse: str,
    *,
    extract_date: date | None = None,
    landing: Path | None = None,
) -> Run:
    """The run for one extract. Raises WrongUsage where a path, URL, date or the authority's file
    is wrong."""
    extract = checked(extract, "the extract")
    authority_file = checked(authority_file, "the authority's file")
    if not extract.exists():
        raise WrongUsage(
            f"There is no extract at {extract}.",
            where="the extract asked for",
            means="No night was begun.",
            next="Give the folder or zip of one night, such as extracts/2014-11-03.",
        )
    found = _part("sources.liquidlogic.files").date_of_extract(extract, extract_date)
    authority = authority_of(authority_file)
    landing, pages = _folders(warehouse, landing)
    return Run(
        run_id=new_run_id(authority.la_code, found),
        la_code=authority.la_code,
        extract_date=found,
        authority_file=authority_file,
        extract=extract,
        warehouse=warehouse,
        landing=checked(landing, "the landing folder"),
        pages=checked(pages, "the pages"),
    )


def _folders(warehouse: str, landing: Path | None) -> tuple[Path, Path]:
    """Landing and pages: beside a warehouse that is a file, else pages beside landing."""
    folder = _part("warehouse").open_warehouse(warehouse).default_folder()
    if folder is not None:
        return landing or folder / "landing", folder / "pages"
    if landing is None:
        raise WrongUsage(
            "A warehouse in a database has no folder for landed extracts.",
            where="landing folder",
            means="No night was begun.",
            next="Name an owner-only folder: --landing DIR, in the DAG CSC_ETL_LANDING. The pages "
            "of checks go beside it, to pages/.",
        )
    return landing, landing.parent / "pages"


def run_task(run: Run, task: str, tell_stop: TellStop | None = None) -> tuple[bool, list[Timing]]:
    """Run a task's steps. Returns whether the night goes on, and what each step took.

    tell_stop: what is told that a check stopped the night, before its work goes; default: the
    audit. Raises NightError. Any other exception becomes one without its message, which could quote
    a record. After any of them the run's work is gone: another try is another run, from the first
    task on.
    """
    timings: list[Timing] = []
    with of_run(run.run_id):
        try:
            _note_start(run)
            for step in (step for step in STEPS if step.task == task):
                wall, process = time.monotonic(), time.process_time()
                goes_on = step.run(run) is not False
                timings.append(
                    Timing(
                        step.name, time.monotonic() - wall, time.process_time() - process,
                        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                    )
                )  # fmt: skip
                if not goes_on:
                    clear_work(run)
                    return False, timings
            if task == TASKS[-1]:
                clear_work(run)
        except Exception as error:
            raise _told(run, error, tell_stop or record_stop) from None
    return True, timings


def _told(run: Run, error: Exception, tell_stop: TellStop) -> NightError:
    """The error as it may be shown, after it was told that the night stopped."""
    found = error if isinstance(error, NightError) else _named(run, error)
    if isinstance(found, NightStopped):
        logger.error("stopped: %s", found.what)
        tell_stop(run, found, _started_at(run))
    clear_work(run)
    return found


def _named(run: Run, error: Exception) -> NightError:
    """A full or read-only disk by its name, wherever a step met it; anything else without words."""
    if isinstance(error, OSError) and is_of_a_disk(error):
        return ConnectionFault(
            f"A folder of the night cannot be written ({reason(error)}).",
            where=f"{run.landing} or {run.pages}",
            means=NOTHING_CHANGED,
            next="Free space or mend the folder's permissions, then load the night again.",
        )
    return without_values(error, f"run {run.run_id}")


def record_stop(run: Run, stopped: NightStopped, started_at: datetime) -> None:
    """Let the audit know of a stopped night, as far as it can be reached."""
    try:
        authority = authority_of(run.authority_file)
        _part("load.load").record_stopped(run, authority, stopped, started_at)
    except ConnectionFault as fault:
        logger.error("the audit does not know of it: %s", fault.what)


def _note_start(run: Run) -> None:
    owner_only(run.landing)
    owner_only(run.landing / "work")
    remove_stale_work(run)
    noted = owner_only(run.work) / "started_at"
    if not noted.exists():
        noted.write_text(_part("load.load").now().isoformat())


def _started_at(run: Run) -> datetime:
    return datetime.fromisoformat((run.work / "started_at").read_text())


def load_night(run: Run, tell_stop: TellStop | None = None) -> tuple[bool, list[Timing]]:
    """The whole night. Returns whether anything was loaded, and what each step took.

    tell_stop: see ``run_task``.
    """
    timings: list[Timing] = []
    try:
        for task in TASKS:
            goes_on, took = run_task(run, task, tell_stop)
            timings += took
            if not goes_on:
                return False, timings
    finally:
        clear_work(run)
    return True, timings


def check_night(run: Run, key: bytes) -> bool:
    """Run every step but the load; raises NightStopped as a load would.

    Returns False where this very extract is loaded already, so that nothing was checked.
    """
    with of_run(run.run_id):
        try:
            if _land_with(run, key) is False:
                return False
            _part("conform.conform").conform(run, authority_of(run.authority_file), key)
            for step in (_validate, _keep, _derive):
                step(run)
            return True
        except Exception as error:
            if isinstance(error, NightError):
                raise
            raise without_values(error, f"run {run.run_id}") from None
        finally:
            clear_work(run)
