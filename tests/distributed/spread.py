"""One night of twelve councils, spread over Celery's workers, of which one is killed, as are two
loads. It says what it does as it goes: `docs/distributed.md` keeps what it said."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
from scheduler.councils import NIGHT, Councils
from servers import airflow, redis
from servers.airflow import NO_CLOCK, Airflow
from servers.postgresql import Server
from servers.waiting import TooLate, until

COUNCILS = tuple(str(number) for number in range(901, 913))
LATE, HALF_COPIED = "911", "912"
EXPECTED = COUNCILS[:-1]
WORKERS = ("worker-1", "worker-2")
KILLED_WORKER = WORKERS[1]
NIGHTLY, LOAD = "nightly_load", "load"
# A worker that says nothing for so long is given up; Airflow waits 300 s where nobody sets it.
LOST_AFTER = 20
# What was lost is tried again after ten minutes; nobody waits for that here.
SOON_AGAIN = f"""{NO_CLOCK}
    from datetime import timedelta
    soon = timedelta(seconds=5)
    for task in dag.tasks:
        task.retry_delay = soon
        for rule in task.retry_policy.rules:
            rule.retry_delay = rule.retry_delay and soon
"""
SPREAD = {
    "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    "AIRFLOW__CORE__PARALLELISM": "8",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": str(LOST_AFTER),
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    # What the dead worker was given and had not begun; else it is given to another after 600 s.
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
}
THE_NIGHT = 600.0
KILLED_AT_HALF = len(EXPECTED) // 2
TRIES_TO_KILL = 6


@dataclass
class Spread:
    """What was seen of the night. database: Airflow's own; warehouse: the councils'. killed: by
    what was done, of which council; lost: the councils whose tasks the killed worker had."""

    airflow: Airflow
    councils: Councils
    database: str
    warehouse: str
    run_id: str = ""
    killed: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)

    def say(self, what: str) -> None:
        """A line of what is kept, with the seconds since the beginning."""
        sys.stdout.write(f"{time.monotonic() - self.began:5.0f} s  {what}\n")
        sys.stdout.flush()

    def loaded(self) -> list[str]:
        """The councils of whose loads the warehouse knows, one for each load."""
        with psycopg.connect(self.warehouse) as connection:
            asked = "select la_code from audit.load_run where status = 'loaded' order by la_code"
            try:
                return [la_code for (la_code,) in connection.execute(asked)]
            except psycopg.errors.UndefinedTable:
                return []

    def running(self, name: str) -> list[dict[str, Any]]:
        """The task instances of a name that run in a process now."""
        return [
            task
            for task in self.airflow.tasks(NIGHTLY, self.run_id)
            if task["task_id"].endswith(f".{name}")
            and task["state"] == "running"
            and task["pid"]
            and psutil.pid_exists(task["pid"])
        ]

    def worker_of(self, pid: int) -> str:
        """The worker that a task's process belongs to."""
        above = {parent.pid for parent in psutil.Process(pid).parents()}
        (name,) = (each for each in WORKERS if self.airflow.processes.running[each].pid in above)
        return name


@contextmanager
def spread(folder: Path, server: Server) -> Iterator[Spread]:
    """All that a region would run, on one machine; each process is ended by its id."""
    councils = Councils(folder)
    database, warehouse = server.new_database(), server.new_database()
    with redis.running() as broker:
        more = councils.environment | SPREAD | {
            "CSC_ETL_WAREHOUSE": warehouse,
            "AIRFLOW__CELERY__BROKER_URL": broker,
            "AIRFLOW__CELERY__RESULT_BACKEND": broker,
        }  # fmt: skip
        with airflow.running(folder / "airflow", database, more, SOON_AGAIN) as running:
            seen = Spread(running, councils, database, warehouse)
            for name in WORKERS:
                begin_worker(running, name)
            for name, process in running.processes.running.items():
                seen.say(f"{name} is there, process {process.pid}")
            yield seen


def begin_worker(running: Airflow, name: str) -> None:
    """A worker with a home and a folder for temporary files of its own, as on another machine. What
    it shares is the landing folder, and that of the logs."""
    home = running.home.with_name(name)
    (home / "tmp").mkdir(parents=True)
    shutil.copytree(running.home / "config", home / "config")
    of_its_own = {"AIRFLOW_HOME": str(home), "TMPDIR": str(home / "tmp")}
    running.processes.begin(
        name,
        [
            sys.executable, "-m", "airflow", "celery", "worker", "--celery-hostname", f"{name}@%h",
            "--concurrency", "2", "--skip-serve-logs",
        ],
        running.environment | of_its_own,
    )  # fmt: skip


def run_night(seen: Spread) -> None:
    """The night, with all that befalls it."""
    prepare(seen)
    seen.airflow.unpause(NIGHTLY)
    seen.run_id = seen.airflow.trigger(
        NIGHTLY, {"extract_date": NIGHT.isoformat(), "new_warehouse": True}
    )
    seen.say(f"{NIGHTLY} is triggered for {len(COUNCILS)} councils")
    until(seen.loaded, THE_NIGHT, "a council is loaded")
    seen.say("the first council is loaded")
    kill_before_commit(seen)
    kill_after_commit(seen)
    until(lambda: len(seen.loaded()) >= KILLED_AT_HALF, THE_NIGHT, "half of them are loaded")
    kill_worker(seen)
    seen.councils.arrive(LATE)
    seen.say(f"the extract of {LATE} is all there now")
    state = seen.airflow.ended(NIGHTLY, seen.run_id, THE_NIGHT)
    seen.say(f"{NIGHTLY} ended: {state}")
    tell_table(seen)


def prepare(seen: Spread) -> None:
    """The extracts as they are when the night begins."""
    for la_code in COUNCILS:
        seen.councils.found(la_code)
        if la_code == HALF_COPIED:
            seen.councils.half_copy(la_code)
        else:
            seen.councils.prepare(la_code)
        if la_code == LATE:
            seen.councils.begin_to_arrive(la_code)
        else:
            seen.councils.arrive(la_code)
    seen.say(f"{LATE} is still being copied, {HALF_COPIED} was half copied, the others are there")


def kill_before_commit(seen: Spread) -> None:
    """Kill a load that cannot commit, since its line of the audit waits for another session."""
    until(lambda: first_running(seen), THE_NIGHT, "a load runs")
    with psycopg.connect(seen.warehouse) as connection:
        connection.execute("lock table audit.load_run in exclusive mode")
        until(lambda: is_waited_for(seen), THE_NIGHT, "a load waits to tell the audit")
        task = until(lambda: first_running(seen), THE_NIGHT, "a load runs")
        kill(seen, task, "before its commit")


def is_waited_for(seen: Spread) -> bool:
    """Whether a load waits for the lock of the audit."""
    asked = (
        "select exists (select from pg_locks where not granted "
        "and relation = 'audit.load_run'::regclass)"
    )
    with psycopg.connect(seen.warehouse) as connection:
        return connection.execute(asked).fetchone() == (True,)


def kill_after_commit(seen: Spread) -> None:
    """Kill a load as soon as another session can see what it committed, before Airflow is told."""
    for _ in range(TRIES_TO_KILL):
        task = until(lambda: first_running(seen), THE_NIGHT, "a load runs")
        if commits(seen, task) and psutil.pid_exists(task["pid"]):
            kill(seen, task, "after its commit")
            if told_of_success(seen, task):
                seen.say("too late: it had told of its end; another one is tried")
                continue
            return
    raise TooLate("no load could be killed between its commit and its end")


def first_running(seen: Spread) -> dict[str, Any] | None:
    """The load that has run longest of those of which the audit does not know, of a council that
    nothing has befallen yet."""
    untouched = [
        task
        for task in seen.running(LOAD)
        if task["rendered_map_index"] not in {*seen.killed.values(), *seen.loaded()}
    ]
    return min(untouched, key=lambda task: str(task["start_date"])) if untouched else None


def commits(seen: Spread, task: dict[str, Any]) -> bool:
    """Whether its commit is seen while its process is there; asked without a pause."""
    asked = "select 1 from audit.load_run where la_code = %s and status = 'loaded'"
    with psycopg.connect(seen.warehouse, autocommit=True) as connection:
        while psutil.pid_exists(task["pid"]):
            if connection.execute(asked, [task["rendered_map_index"]]).fetchone():
                return True
    return False


def told_of_success(seen: Spread, killed: dict[str, Any]) -> bool:
    """Whether the try that was killed is over for Airflow, and well."""

    def over() -> dict[str, Any] | None:
        (task,) = (
            each
            for each in seen.airflow.tasks(NIGHTLY, seen.run_id)
            if (each["task_id"], each["map_index"]) == (killed["task_id"], killed["map_index"])
        )
        return None if task["id"] == killed["id"] and task["state"] == "running" else task

    task = until(over, THE_NIGHT, "the killed load is over")
    return bool(task["state"] == "success" and task["try_number"] == killed["try_number"])


def kill(seen: Spread, task: dict[str, Any], when: str) -> None:
    """Kill the process of a load."""
    la_code, pid = task["rendered_map_index"], task["pid"]
    seen.say(f"killed: the load of {la_code} {when}, process {pid} of {seen.worker_of(pid)}")
    os.kill(pid, signal.SIGKILL)
    seen.killed[when] = la_code


def kill_worker(seen: Spread) -> None:
    """Kill a worker and all its processes while it has tasks in hand."""
    tasks = until(lambda: of_worker(seen), THE_NIGHT, f"{KILLED_WORKER} has a task")
    seen.lost = {task["rendered_map_index"] for task in tasks}
    killed = seen.airflow.processes.kill(KILLED_WORKER)
    names = ", ".join(
        f"{task['task_id'].rpartition('.')[2]} of {task['rendered_map_index']}" for task in tasks
    )
    seen.say(
        f"killed: {KILLED_WORKER}, all {len(killed)} processes of it, with {names}; "
        f"loaded so far: {len(seen.loaded())} of {len(EXPECTED)}"
    )


def of_worker(seen: Spread) -> list[dict[str, Any]]:
    """The task instances that the worker to be killed has in hand."""
    running = [task for name in ("land", "check", LOAD) for task in seen.running(name)]
    return [task for task in running if seen.worker_of(task["pid"]) == KILLED_WORKER]


def tell_table(seen: Spread) -> None:
    """What became of each council: its tasks with their tries, and the audit's lines."""
    with psycopg.connect(seen.warehouse) as connection:
        audit = connection.execute("select la_code, status from audit.load_run").fetchall()
    tasks = sorted(seen.airflow.tasks(NIGHTLY, seen.run_id), key=lambda task: task["map_index"])
    names = ("wait_for_extract", "land", "check", LOAD)
    seen.say("what became of each council: states of its tasks, with their tries; the audit")
    sys.stdout.write(f"              {'  '.join(f'{name:17}' for name in names)}  audit\n")
    for number, la_code in enumerate(COUNCILS):
        of_it = {
            task["task_id"].rpartition(".")[2]: f"{task['state']} ({task['try_number']})"
            for task in tasks
            if task["map_index"] == number
        }
        lines = [status for code, status in audit if code == la_code]
        states = "  ".join(f"{of_it[name]:17}" for name in names)
        sys.stdout.write(f"         {la_code}  {states}  {', '.join(lines)}\n")
