"""What every task of every DAG has."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from etl.schedule.telling import tell_of_failure, tell_of_run_given_up

PROJECT = Path(__file__).resolve().parents[2]
FILES = sorted(path.stem for path in (PROJECT / "dags").glob("*.py"))
HEAVY = ("pandas", "numpy", "great_expectations", "duckdb", "pyarrow")


def _tasks(dag_bag: Any) -> list[Any]:
    return [task for dag in dag_bag.dags.values() for task in dag.tasks]


def _of(task: Any, name: str) -> Any:
    return task.partial_kwargs.get(name) if task.is_mapped else getattr(task, name)


def test_every_task_of_every_dag_has_an_owner_and_a_time_and_tells_where_it_fails(
    dag_bag: Any,
) -> None:
    tasks = _tasks(dag_bag)
    assert len({task.dag_id for task in tasks}) == len(FILES)
    for task in tasks:
        assert _of(task, "owner") == "csc-etl", task
        assert _of(task, "execution_timeout") == timedelta(hours=3), task
        callbacks = _of(task, "on_failure_callback")
        told = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
        assert list(told) == [tell_of_failure], task


def test_every_dag_whose_runs_are_ended_for_their_time_tells_of_it(dag_bag: Any) -> None:
    timed = [dag for dag in dag_bag.dags.values() if dag.dagrun_timeout]
    assert {dag.dag_id for dag in timed} == {"monthly_report", "nightly_load", "upkeep"}
    for dag in timed:
        assert dag.on_failure_callback in (tell_of_run_given_up, [tell_of_run_given_up]), dag


@pytest.mark.parametrize("name", FILES)
def test_reading_a_dag_file_loads_nothing_heavy_and_opens_no_connection(name: str) -> None:
    read = f"""
import sys
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event == "socket.connect" else None)
sys.path.insert(0, {str(PROJECT / "dags")!r})
import {name}
print(sorted(set({HEAVY!r}) & set(sys.modules)), opened)
"""
    told = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[] []"
