"""Loads in processes of their own, that say what they are about to do and can be halted there.

A process is forked from one that has imported what a load needs, so that of its life little is its
start.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import io
import multiprocessing
import os
import resource
import signal
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy

from etl import cli, log
from etl.errors import NightError
from etl.night.walk import run_task
from etl.run import Run
from etl.warehouse.duckdb.session import DuckDBSession
from etl.warehouse.postgresql.session import PostgreSQLSession
from nights.loading import KEY, PSEUDONYM_KEY
from nights.prepared import LOAD, PATIENCE_SECONDS

# Where both engines are in the midst of writing, and where a load is over but for tidying up.
WRITING = "sql insert into warehouse.fact_contact"
TIDYING = "os.remove derived.json"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["duckdb", "psycopg", "sqlalchemy", "great_expectations", "etl.cli", "etl.night.walk",
     "etl.night.steps"]
)  # fmt: skip
_ACTS_ON_FILES = ("os.rename", "os.remove", "os.mkdir", "os.chmod", "shutil.copyfile")
# A run's last task, or the arguments of a command.
Job = Run | list[str]
Before = Callable[[], None]


@dataclass(frozen=True)
class Beat:
    """What a load is about to do, and how long after its beginning."""

    seconds: float
    what: str


@dataclass(frozen=True)
class Moment:
    """So many seconds after that beat: the same place in a load, however fast the machine is."""

    beat: int
    seconds: float


@dataclass(frozen=True)
class _End:
    exit_code: int
    said: str


@dataclass
class Load:
    """A load that runs. beats: what it has said so far."""

    _process: ForkServerProcess
    _connection: Connection
    beats: list[Beat] = field(default_factory=list)
    _end: _End | None = None

    def _hear(self) -> bool:
        """Take in the next that it says; False where it will say no more."""
        assert self._connection.poll(PATIENCE_SECONDS), f"it is silent since {self.beats[-1:]}"
        try:
            heard = self._connection.recv()
        except (EOFError, OSError):
            return False
        if isinstance(heard, _End):
            self._end = heard
        else:
            self.beats.append(heard)
        return True

    def until(self, what: str) -> None:
        """Wait until it is about to do this."""
        while not (self.beats and self.beats[-1].what.startswith(what)):
            assert self._hear(), f"it ended before: {what}; {self._end}"

    def until_beat(self, number: int) -> None:
        """Wait for that beat, or for the end."""
        while len(self.beats) <= number and self._hear():
            pass

    def is_running(self) -> bool:
        """Whether there is more to hear; takes in what was said."""
        while self._connection.poll():
            if not self._hear():
                return False
        return True

    def is_before(self, what: str) -> bool:
        """Whether it is halted before this, or was just about to do it."""
        return self.is_running() and bool(self.beats) and self.beats[-1].what.startswith(what)

    def go_on(self) -> None:
        """Let it do what it was halted before."""
        self._connection.send(None)

    def kill(self) -> bool:
        """Kill -9. Returns whether that ended it: it may have been done already."""
        self._process.kill()
        self._process.join(PATIENCE_SECONDS)
        while self._hear():
            pass
        assert self._process.exitcode in (-signal.SIGKILL, 0), self._end
        return self._process.exitcode == -signal.SIGKILL

    def wait(self) -> tuple[int, str]:
        """Hear it to its end: the exit code, and the message of an error."""
        while self._hear():
            pass
        self._process.join(PATIENCE_SECONDS)
        assert self._end, "it died without a word"
        return self._end.exit_code, self._end.said

    def close(self) -> None:
        """Leave nothing of it."""
        self._process.kill()
        self._process.join(PATIENCE_SECONDS)
        self._connection.close()


@contextlib.contextmanager
def loading(
    job: Job, *, halts: tuple[str, ...] = (), before: Before | None = None
) -> Iterator[Load]:
    """A process that loads, killed at the block's end if it still runs.

    halts: it waits for ``go_on`` where it is about to do one of these for the first time. before:
    what the process does first.
    """
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=_load, args=(theirs, job, halts, before), daemon=True)
    process.start()
    theirs.close()
    load = Load(process, ours)
    try:
        yield load
    finally:
        load.close()


def warm_up() -> None:
    """Let the process of which the others are forked import everything, while we go on."""
    forkserver.ensure_running()


def moments(beats: list[Beat], count: int, chance: Random) -> list[Moment]:
    """So many moments of a load that beat like this, one in each of as many equal parts of it, in
    any order."""
    starts = [beat.seconds for beat in beats]
    part = starts[-1] / count
    times = [(number + chance.random()) * part for number in range(count)]
    chance.shuffle(times)
    found = [(bisect_right(starts, seconds) - 1, seconds) for seconds in times]
    return [Moment(max(beat, 0), seconds - starts[max(beat, 0)]) for beat, seconds in found]


def files_end_at(size: int) -> None:
    """No file of this process grows beyond it: the nearest to a full disk that needs no disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def modes_hold() -> None:
    """Modes hold for this process even if it is root's: it gives up what lets root pass."""
    if os.geteuid() == 0:
        version_3_of_myself = (ctypes.c_uint32 * 2)(0x20080522, 0)
        none = (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capset(version_3_of_myself, none) == 0


def _load(connection: Connection, job: Job, halts: tuple[str, ...], before: Before | None) -> None:
    """In the process itself."""
    os.environ[PSEUDONYM_KEY] = KEY
    said = io.StringIO()
    sys.stdout = sys.stderr = said
    log.to_screen(as_json=False)
    if before:
        before()
    _tell_of_every_act(_Heart(connection, halts))
    try:
        exit_code = _do(job)
    finally:
        error = sys.exc_info()[1]
        connection.send(_End(1, repr(error)) if error else _End(exit_code, said.getvalue()))
        connection.close()


def _do(job: Job) -> int:
    if not isinstance(job, Run):
        return cli.main(job)
    try:
        run_task(job, LOAD)
    except NightError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


class _Heart:
    """Says what comes, and halts where it should."""

    def __init__(self, connection: Connection, halts: tuple[str, ...]) -> None:
        self._connection, self._halts = connection, list(halts)
        self._began = time.monotonic()
        self.beat("begin")

    def beat(self, what: str) -> None:
        self._connection.send(Beat(time.monotonic() - self._began, what))
        for halt in self._halts:
            if what.startswith(halt):
                self._halts.remove(halt)
                self._connection.recv()
                return


def _tell_of_every_act(heart: _Heart) -> None:
    """Beat before every statement, every commit, and everything that is done to a file."""

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _ACTS_ON_FILES and isinstance(arguments[0], str | Path):
            heart.beat(f"{event} {Path(arguments[0]).name}")
        elif event == "open" and isinstance(arguments[0], str | Path) and arguments[1] in _WRITE:
            heart.beat(f"open {Path(arguments[0]).name}")

    sys.addaudithook(hear)
    for session in (DuckDBSession, PostgreSQLSession):
        _beat_before(heart, session, "_execute", lambda _, sql, *__: f"sql {' '.join(sql.split())}")
        _beat_before(heart, session, "turn_to_identities", lambda *_: "turn to identities")
    _beat_before(heart, sqlalchemy.Connection, "commit", lambda *_: "commit")
    _beat_before(heart, time, "sleep", lambda *_: "sleep")


_WRITE = ("w", "a", "wb", "ab", "r+b")


def _beat_before(heart: _Heart, owner: Any, name: str, what: Callable[..., str]) -> None:
    act = getattr(owner, name)

    @functools.wraps(act)
    def told(*arguments: Any, **named: Any) -> Any:
        heart.beat(what(*arguments)[:100])
        return act(*arguments, **named)

    setattr(owner, name, told)
