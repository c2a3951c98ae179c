"""Does a piece of work in a process of its own and says what that took, so that the peak of memory
and the imports are the work's. Process time counts, since machines are shared.

Each work is a function, ``bench.<module>:<function>``, of arguments that JSON knows; what it
returns, JSON knows too.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

TESTS = Path(__file__).parents[1]
# Answers stand on a line of their own, after whatever the work prints.
ANSWER = "answer of the work: "


class Processes(Protocol):
    """Processes that work for others, such as a database's server."""

    def seconds(self) -> float:
        """What they took in all, so far."""


@dataclass(frozen=True)
class Spent:
    """What a piece of work took. seconds: of the process from beginning to end, of those that it
    started and waited for, and of the server; imports: how many of them went into importing modules
    and starting Python; mebibytes: the peak of the process's memory; answer: what it returned."""

    seconds: float
    imports: float
    of_server: float
    mebibytes: float
    answer: Any

    @property
    def without_imports(self) -> float:
        return self.seconds - self.imports


def alone(
    work: str, server: Processes | None = None, python: str = sys.executable, **asked: Any
) -> Spent:
    """Do the work once, in a new process of this or another Python. Raises SystemExit where it
    fails."""
    before = server.seconds() if server else 0.0
    command = [python, "-m", "bench.alone", work, json.dumps(asked)]
    # As where it is installed: modules are compiled once, not by every process.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    # It is found wherever this is called from.
    paths = [str(TESTS), *environment.get("PYTHONPATH", "").split(os.pathsep)]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    with started:
        printed = started.stdout.read()  # type: ignore[union-attr]
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise SystemExit(f"{work} failed with {started.returncode}; it printed: {printed[-2000:]}")
    told = json.loads(printed.rpartition(ANSWER)[2])
    in_process = used.ru_utime + used.ru_stime
    of_server = server.seconds() - before if server else 0.0
    return Spent(
        seconds=in_process + of_server, imports=told["imports"], of_server=of_server,
        mebibytes=told["mebibytes"], answer=told["answer"],
    )  # fmt: skip


def least(times: int, once: Callable[[], Spent]) -> Spent:
    """The cheapest of so many: what else ran on the machine only ever adds."""
    return min((once() for _ in range(times)), key=lambda spent: spent.seconds)


class Imports:
    """Adds up what importing takes from now on, wherever a function does it. What the start of
    Python took is in it."""

    def __init__(self) -> None:
        self.seconds = time.process_time()
        self._find = importlib._bootstrap._find_and_load  # type: ignore[attr-defined]
        self._is_within = False
        importlib._bootstrap._find_and_load = self._timed  # type: ignore[attr-defined]

    def _timed(self, name: str, find: Any) -> Any:
        if self._is_within:  # a module's own imports are in its time
            return self._find(name, find)
        self._is_within, before = True, time.process_time()
        try:
            return self._find(name, find)
        finally:
            self._is_within = False
            self.seconds += time.process_time() - before


def main(work: str, asked: str) -> None:
    """The process of one piece of work."""
    imports = Imports()
    module, _, function = work.partition(":")
    answer = getattr(importlib.import_module(module), function)(**json.loads(asked))
    told = {"imports": imports.seconds, "mebibytes": peak_mebibytes(), "answer": answer}
    sys.stdout.write(f"\n{ANSWER}{json.dumps(told)}\n")
    sys.stdout.flush()
    os._exit(0)  # as the project's command ends, whoever works: no module is taken down


def peak_mebibytes() -> float:
    """The peak of this program's memory. Other than that of getrusage, it is never that of the
    process which started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**10


if __name__ == "__main__":
    main(*sys.argv[1:])
