"""Walks the steps of a night, and tells what became of it. Light until a night is walked: a
scheduler reads this every minute."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from etl import settings
from etl.errors import (
    NOTHING_CHANGED,
    ConnectionFault,
    NightError,
    NightStopped,
    is_of_a_disk,
    reason,
    without_values,
)
from etl.garbage import stays
from etl.left_behind import in_use, remove_left_behind
from etl.log import begin_step, logger, of_run
from etl.night.begin import authority_of
from etl.night.tasks import TASKS, Task
from etl.run import Run, cannot_use, clear_work, owner_only

if TYPE_CHECKING:
    from etl.contracts.hand_overs import Reading
    from etl.night.steps import Step, Tonight
    from etl.warehouse import Warehouse

# Told of a run that a check stopped, and when that began.
TellStop = Callable[[Run, NightStopped, datetime], None]


@dataclass(frozen=True)
class Timing:
    """What a step took: wall and process seconds, and the peak memory so far in MiB."""

    step: str
    seconds: float
    process_seconds: float
    peak_mebibytes: float


@dataclass(frozen=True)
class Walk:
    """How a night is walked, where it is not the ordinary way.

    warehouse: in which it is read and written; default: that at the run's URL. tell_stop: what is
    told that a check stopped the night, before its work goes; default: the audit. key: gives the
    secret that tokens are made with; default: that of the settings.
    """

    warehouse: Warehouse | None = None
    tell_stop: TellStop | None = None
    key: Callable[[], bytes] = settings.pseudonym_key


ORDINARY = Walk()


def run_task(run: Run, task: Task, walk: Walk = ORDINARY) -> tuple[bool, list[Timing]]:
    """Run a task's steps. Returns whether the night goes on, and what each step took.

    Raises NightError. Any other exception becomes one without its message, which could quote a
    record. After any of them the run's work is gone: another try is another run, from the first
    task on.
    """
    with in_hand(run):
        return _walked(run, task, walk)


@contextmanager
def in_hand(run: Run) -> Iterator[None]:
    """While the block runs, other processes leave the run's work alone; where it raises, that is
    removed. What dead ones left in the landing folder is removed before it.

    Raises ConnectionFault where the landing folder cannot be used.
    """
    with ExitStack() as holding:
        try:
            owner_only(run.landing)
            owner_only(run.landing / "work")
            remove_left_behind(run.landing / "work")
            holding.enter_context(in_use(run.work))
        except OSError as error:
            raise cannot_use(run.landing, error) from None
        try:
            yield
        except BaseException:  # a signal to end is no Exception
            clear_work(run)
            raise


def _walked(run: Run, task: Task, walk: Walk) -> tuple[bool, list[Timing]]:
    """See ``run_task``; the run is in hand."""
    steps = [step for step in _steps() if step.task == task]
    timings: list[Timing] = []
    with of_run(run.run_id):
        try:
            started_at = _note_start(run)
            tonight = _tonight(run, walk, started_at)
            for step in steps:
                goes_on, timing = _timed(step, tonight)
                timings.append(timing)
                if not goes_on:
                    clear_work(run)
                    return False, timings
            if task == TASKS[-1]:
                clear_work(run)
        except Exception as error:
            raise _told(run, error, walk.tell_stop or record_stop) from None
    return True, timings


def _steps() -> tuple[Step, ...]:
    found: tuple[Step, ...] = _module_of_steps().STEPS
    return found


@cache
def _module_of_steps() -> ModuleType:
    """The steps, ready to be taken. Arrow gives the system what it needs no more: by an allocator
    of its own a large night keeps a fifth more memory, and asks for no less."""
    steps = stays(_imported_steps)
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    return steps


def _imported_steps() -> ModuleType:
    from etl.night import steps

    return steps


def _tonight(run: Run, walk: Walk, started_at: datetime) -> Tonight:
    from etl.night.steps import Tonight
    from etl.warehouse import open_warehouse

    return Tonight(
        run=run,
        authority=authority_of(run.authority_file),
        warehouse=walk.warehouse or open_warehouse(run.warehouse),
        key=walk.key,
        started_at=started_at,
    )


def _timed(step: Step, tonight: Tonight) -> tuple[bool, Timing]:
    begin_step(step.name)
    wall, process = time.monotonic(), time.process_time()
    goes_on = step.run(tonight)
    return goes_on, Timing(
        step.name, time.monotonic() - wall, time.process_time() - process,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )  # fmt: skip


def _told(run: Run, error: Exception, tell_stop: TellStop) -> NightError:
    """The error as it may be shown, after it was told that the night stopped."""
    found = error if isinstance(error, NightError) else _named(run, error)
    if isinstance(found, NightStopped):
        logger.error("stopped: %s", found.what)
        _write_page(run, found)
        tell_stop(run, found, _note_start(run))
    clear_work(run)
    return found


def _write_page(run: Run, stopped: NightStopped) -> None:
    """Of a stopped night too: it is when it is looked at. What cannot be written hides no stop."""
    from etl.night.relied_on import figures
    from etl.validate.page import write_page

    try:
        write_page(run, authority_of(run.authority_file).name, figures(), stopped)
    except OSError as error:
        logger.error("the page of checks could not be written: %s", reason(error))


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
    from etl.load.load import record_stopped
    from etl.warehouse import open_warehouse

    try:
        authority = authority_of(run.authority_file)
        record_stopped(run, open_warehouse(run.warehouse), authority, stopped, started_at)
    except ConnectionFault as fault:
        logger.error("the audit does not know of it: %s", fault.what)


def _note_start(run: Run) -> datetime:
    """When the run began, for the audit only: no figure depends on it."""
    from etl.contracts.hand_overs import STARTED_AT

    noted = STARTED_AT.read_if_written(run)
    if noted is None:
        noted = datetime.now(UTC).isoformat()
        STARTED_AT.write(run, noted)
    return datetime.fromisoformat(noted)


def load_night(run: Run, walk: Walk = ORDINARY) -> tuple[bool, list[Timing]]:
    """The whole night. Returns whether anything was loaded, and what each step took."""
    from etl.night.arriving import put_away

    with in_hand(run):
        done = walk_night(run, walk)
    put_away(run)
    return done


def walk_night(run: Run, walk: Walk) -> tuple[bool, list[Timing]]:
    """The same of a run that is in hand."""
    return _through(run, TASKS, walk)


def check_night(run: Run, key: bytes) -> bool:
    """Every task but the load; raises NightStopped as a load would, of which the audit is not told.

    Returns False where this very extract is loaded already, so that nothing was checked.
    """
    with in_hand(run):
        return _through(run, TASKS[:-1], Walk(key=lambda: key, tell_stop=_tell_nobody))[0]


def read_night(run: Run, key: bytes) -> Reading:
    """The night as far as it is read; no check judges it. Raises NightStopped where it cannot be
    read. Returns what was counted on the way."""
    from etl.contracts.hand_overs import READING

    # Walked to its end, at which what was written is removed.
    found = {step: READING.read(run) for step in steps_to_read(run, key) if step == "conform"}
    return found["conform"]


def steps_to_read(run: Run, key: bytes) -> Iterator[str]:
    """Walks the night as far as it is read. Yields the name of each step once it is done, while
    what it wrote is there; at the end, or where it is let go, all of it is gone. Raises
    NightStopped where the night cannot be read."""
    steps = _steps()
    last = next(number for number, step in enumerate(steps) if step.name == "conform")
    with of_run(run.run_id):
        try:
            tonight = _tonight(run, Walk(key=lambda: key), _note_start(run))
            for step in steps[: last + 1]:
                begin_step(step.name)
                step.run(tonight)
                yield step.name
        except Exception as error:
            raise _told(run, error, _tell_nobody) from None
        finally:
            clear_work(run)


def _tell_nobody(run: Run, stopped: NightStopped, started_at: datetime) -> None:
    """A check leaves no trace."""


def _through(run: Run, tasks: tuple[Task, ...], walk: Walk) -> tuple[bool, list[Timing]]:
    timings: list[Timing] = []
    try:
        for task in tasks:
            goes_on, took = _walked(run, task, walk)
            timings += took
            if not goes_on:
                return False, timings
    finally:
        clear_work(run)
    return True, timings
