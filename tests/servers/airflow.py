"""An Airflow of the tests' own, each of its parts a process, on loopback, asked by its REST API.

Every process is in a session of its own and is ended by its id, with all that it began, however
the tests end. What the parts said is in the home's ``said/``, and is shown where something fails.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import make_url

from etl.settings import PROJECT
from servers.ports import free_port
from servers.waiting import until

# Nothing listens but on loopback: logs are read from the folder, not served.
PARTS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
HEALTHY_WITHIN = 120.0
ENDED_WITHIN = 10.0
SHOWN = 4000
# Runs are begun by the tests: no test goes by the day on which it is run.
NO_CLOCK = """
from airflow.sdk.definitions.timetables.simple import NullTimetable

def dag_policy(dag):
    if not dag.timetable.asset_condition:
        dag.timetable = NullTimetable()
"""


@dataclass
class Processes:
    """Programs that run beside the tests. said: the folder of what each printed."""

    said: Path
    running: dict[str, psutil.Popen] = field(default_factory=dict)

    def begin(self, name: str, command: list[str], environment: Mapping[str, str]) -> psutil.Popen:
        """Begin a program under a name."""
        self.said.mkdir(parents=True, exist_ok=True)
        with (self.said / f"{name}.txt").open("ab") as out:
            self.running[name] = psutil.Popen(
                command, cwd=self.said, env=dict(environment), start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        return self.running[name]

    def kill(self, name: str) -> list[int]:
        """Kill a program and all it began, at once, as a machine dies. Returns their ids."""
        ended = self.running.pop(name)
        killed = self._with_children([ended])
        _end(killed, signal.SIGKILL)
        ended.wait(ENDED_WITHIN)
        return [process.pid for process in killed]

    def end(self) -> None:
        """Ask each to end, then kill what is left of them and of what they began."""
        all_of_them = self._with_children(list(self.running.values()))
        _end(list(self.running.values()), signal.SIGTERM)
        psutil.wait_procs(list(self.running.values()), timeout=ENDED_WITHIN)
        _end(all_of_them, signal.SIGKILL)
        for process in self.running.values():
            process.wait(ENDED_WITHIN)
        self.running.clear()

    def check(self) -> None:
        """Raises AssertionError where one has ended by itself."""
        for name, process in self.running.items():
            assert process.poll() is None, f"{name} ended by itself\n{self.last_words()}"

    def seconds_of_process(self) -> float:
        """The processor's time of all that still runs, and of what that waited for."""
        total = 0.0
        for process in self._with_children(list(self.running.values())):
            try:
                total += sum(process.cpu_times()[:4])
            except psutil.NoSuchProcess:
                continue
        return total

    def last_words(self) -> str:
        """The end of what each printed."""
        texts = {
            path.name: path.read_text(errors="replace") for path in sorted(self.said.glob("*"))
        }
        return "\n".join(f"--- {name}\n{text[-SHOWN:]}" for name, text in texts.items())

    @staticmethod
    def _with_children(parents: list[psutil.Popen]) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for parent in parents:
            try:
                found += [psutil.Process(parent.pid), *parent.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
        return found


def _end(processes: list[psutil.Process], how: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(how)
        except psutil.NoSuchProcess:
            continue


def environment_of(home: Path, database: str, port: int) -> dict[str, str]:
    """What the parts of an Airflow must agree on. home: a folder; database: the URL of an empty
    PostgreSQL database; port: the API server's."""
    url = make_url(database).set(drivername="postgresql+psycopg")
    connection = url.render_as_string(hide_password=False)
    here = f"http://127.0.0.1:{port}"
    # As it is installed for nights: bytecode is kept, and nothing of the tests' own is set.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "CSC_ETL", "PYTEST", "PYTHONDONTWRITEBYTECODE"))
    }
    return kept | {
        "AIRFLOW_HOME": str(home),
        "PYTHONPATH": str(PROJECT),
        "PYTHONWARNINGS": "ignore",
        "AIRFLOW__API__BASE_URL": here,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(16),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{here}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "3",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": connection,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": connection,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    }


@dataclass
class Airflow:
    """One that runs. home: its folder; url: of its API server; processes: its parts."""

    home: Path
    url: str
    environment: dict[str, str]
    processes: Processes
    client: httpx.Client

    def ask(self, method: str, path: str, **asked: Any) -> Any:
        """What the REST API answers below ``/api/v2``. Raises httpx.HTTPStatusError."""
        answer = self.client.request(method, f"/api/v2{path}", **asked)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def unpause(self, *dag_ids: str) -> None:
        """Let DAGs run, once the dag-processor has read them."""
        for dag_id in dag_ids:
            until(lambda asked=dag_id: self._unpaused(asked), HEALTHY_WITHIN, f"{dag_id} is read")

    def _unpaused(self, dag_id: str) -> bool:
        answer = self.client.patch(f"/api/v2/dags/{dag_id}", json={"is_paused": False})
        self.processes.check()
        return answer.status_code == httpx.codes.OK

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Begin a run by hand. Returns its id."""
        asked = {"logical_date": None, "conf": conf}
        return str(self.ask("POST", f"/dags/{dag_id}/dagRuns", json=asked)["dag_run_id"])

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Every run of a DAG."""
        found: list[dict[str, Any]] = self.ask("GET", f"/dags/{dag_id}/dagRuns")["dag_runs"]
        return found

    def state(self, dag_id: str, run_id: str) -> str:
        """The state of a run."""
        return str(self.ask("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def ended(self, dag_id: str, run_id: str, within: float) -> str:
        """The state in which a run ends, within so many seconds."""

        def found() -> str | None:
            self.processes.check()
            state = self.state(dag_id, run_id)
            return state if state in ("success", "failed") else None

        shown = partial(self.table, dag_id, run_id)
        return until(found, within, f"{dag_id} {run_id} ends", shown)

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run, as the API tells them."""
        found: list[dict[str, Any]] = self.ask(
            "GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params={"limit": 1000}
        )["task_instances"]
        return found

    def table(self, dag_id: str, run_id: str) -> dict[tuple[str, str], str]:
        """The state of each task of a run, by its short name and what the grid calls its mapped
        one: the council, or "" where it is not mapped."""
        return {
            (
                task["task_id"].rpartition(".")[2],
                (task["rendered_map_index"] or str(task["map_index"]))
                if task["map_index"] >= 0
                else "",
            ): str(task["state"])
            for task in self.tasks(dag_id, run_id)
        }

    def pool(self) -> dict[str, Any]:
        """How many slots for tasks are taken, and by what."""
        found: dict[str, Any] = self.ask("GET", "/pools/default_pool")
        return found

    def events(self) -> list[dict[str, Any]]:
        """What was told of assets: what each event says, and of which run it is."""
        found: list[dict[str, Any]] = self.ask("GET", "/assets/events")["asset_events"]
        return found

    def log(self, dag_id: str, run_id: str, task: dict[str, Any]) -> str:
        """What the last try of a task instance logged, as the UI shows it, an event a line."""
        asked = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task['task_id']}"
        told = self.ask(
            "GET", f"{asked}/logs/{task['try_number']}", params={"map_index": task["map_index"]}
        )
        return "\n".join(str(event) for event in told["content"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """For the conftest of a folder: what the parts said stands under a test that failed."""
    report = yield
    for value in getattr(item, "funcargs", {}).values() if report.failed else ():
        if isinstance(airflow := getattr(value, "airflow", None), Airflow):
            report.sections.append(("what Airflow's parts said", airflow.processes.last_words()))
    return report


@contextmanager
def running(
    home: Path, database: str, more: Mapping[str, str], policy: str = NO_CLOCK
) -> Iterator[Airflow]:
    """An Airflow whose parts are healthy, for as long as the block runs. more: environment
    variables beside those that the parts agree on. policy: Airflow's local settings. What the parts
    said is printed where the block raises."""
    port = free_port()
    environment = environment_of(home, database, port) | more
    (home / "config").mkdir(parents=True)
    (home / "config" / "airflow_local_settings.py").write_text(policy)
    url = f"http://127.0.0.1:{port}"
    processes = Processes(home / "said")
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        airflow = Airflow(home, url, environment, processes, client)
        try:
            _run(airflow, "db", "migrate")
            for name, arguments in PARTS.items():
                processes.begin(name, [sys.executable, "-m", "airflow", *arguments], environment)
            until(lambda: _is_healthy(airflow), HEALTHY_WITHIN, "Airflow is healthy")
            token = client.get("/auth/token").json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield airflow
        except BaseException:
            sys.stdout.write(processes.last_words())
            raise
        finally:
            processes.end()
            shutil.rmtree(home / "logs", ignore_errors=True)


def _run(airflow: Airflow, *arguments: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "airflow", *arguments], env=airflow.environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _is_healthy(airflow: Airflow) -> bool:
    airflow.processes.check()
    try:
        told = airflow.client.get("/api/v2/monitor/health").json()
    except (httpx.TransportError, ValueError):
        return False
    names = ("metadatabase", "scheduler", "triggerer", "dag_processor")
    return all(told[name] and told[name]["status"] == "healthy" for name in names)
