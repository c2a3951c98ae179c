"""The nightly DAG: what Airflow makes of its file, and one night run by Airflow itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import duckdb
import pytest

from etl import settings
from etl.demo import write_extract
from etl.errors import ConnectionFault, NightStopped, UnexpectedFault, WrongUsage
from etl.night.tasks import TASKS
from etl.run import Arrival, Run

PROJECT = Path(__file__).resolve().parents[2]
NIGHT = date(2026, 4, 2)
ARRIVAL = Arrival("liquidlogic_files", Path("2026-04-02"), NIGHT)
WORKLISTS_TASK = "one_authority.write_worklists"
HEAVY = ("pandas", "great_expectations", "duckdb", "pyarrow")
READ_THE_FILE = f"""
import sys
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event == "socket.connect" else None)
sys.path.insert(0, {str(PROJECT / "dags")!r})
import nightly_load
print(sorted(set({HEAVY!r}) & set(sys.modules)), opened)
"""


def test_the_dag_folder_has_no_import_errors(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}
    assert "nightly_load" in dag_bag.dags


def test_reading_the_dag_file_loads_nothing_heavy_and_opens_no_connection() -> None:
    told = subprocess.run(
        [sys.executable, "-c", READ_THE_FILE], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "[] []"


def test_the_tasks_of_a_group_walk_the_list_of_the_night(dag_bag: Any) -> None:
    dag = dag_bag.dags["nightly_load"]
    ids = [f"one_authority.{name}" for name in TASKS]
    assert set(dag.task_ids) == {"find_nights", *ids, WORKLISTS_TASK}
    for task_id, next_id in pairwise([*ids, WORKLISTS_TASK]):
        assert dag.get_task(task_id).downstream_task_ids == {next_id}
    assert not dag.get_task(WORKLISTS_TASK).downstream_task_ids


def test_the_dag_starts_one_night_at_a_time_at_two_in_london(dag_bag: Any) -> None:
    from airflow.sdk import CronDataIntervalTimetable

    dag = dag_bag.dags["nightly_load"]
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert dag.timetable == CronDataIntervalTimetable("0 2 * * *", timezone="Europe/London")


def test_an_extract_date_that_is_asked_for_counts_before_all_else(
    nightly_load: ModuleType,
) -> None:
    end = datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert nightly_load.date_of_night("2025-11-03", end, end) == date(2025, 11, 3)


def test_a_scheduled_night_is_dated_for_the_day_its_interval_ends_in_london(
    nightly_load: ModuleType,
) -> None:
    # 23:30 UTC in summer is half past midnight of the next day in London.
    end, now = datetime(2026, 7, 5, 23, 30, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
    assert nightly_load.date_of_night(None, end, now) == date(2026, 7, 6)


def test_a_run_without_an_interval_is_dated_for_the_day_it_was_started(
    nightly_load: ModuleType,
) -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert nightly_load.date_of_night(None, None, now) == date(2026, 12, 1)


def test_an_extract_that_has_not_arrived_is_a_connection_fault(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    (night,) = nightly_load.nights_of(settings.schedule(), NIGHT)
    with pytest.raises(ConnectionFault, match="has not arrived"):
        nightly_load.begun(night)


def test_a_zip_that_arrives_after_the_nights_were_listed_is_found(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    (night,) = nightly_load.nights_of(settings.schedule(), NIGHT)
    arrived = schedule_folder / "extracts" / "900" / "2026-04-02.zip"
    arrived.parent.mkdir(parents=True)
    arrived.touch()
    assert nightly_load.arrived(Path(night["extract"])) == arrived


def test_an_authority_file_that_cannot_be_read_fails_in_its_own_task_only(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    (schedule_folder / "authorities" / "broken.toml").write_text("[authority")
    broken, _ = nightly_load.nights_of(settings.schedule(), NIGHT)
    with pytest.raises(WrongUsage, match=r"broken\.toml"):
        nightly_load.begun(broken)


def test_a_folder_without_authority_files_is_an_error_and_no_empty_night(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    (schedule_folder / "authorities" / "westmere.toml").unlink()
    with pytest.raises(WrongUsage, match=r"holds no \.toml file"):
        nightly_load.nights_of(settings.schedule(), NIGHT)


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (ConnectionFault, "retry"),
        (NightStopped, "fail"),
        (WrongUsage, "fail"),
        (UnexpectedFault, "fail"),
    ],
)
def test_only_what_could_not_be_reached_is_tried_again(
    dag_bag: Any, kind: type[ConnectionFault], action: str
) -> None:
    error = kind("what", where="where", means="means", next="next")
    for name in TASKS:
        task = dag_bag.dags["nightly_load"].get_task(f"one_authority.{name}")
        policy = task.partial_kwargs["retry_policy"] if task.is_mapped else task.retry_policy
        assert policy.evaluate(error, try_number=1, max_tries=6).action.value == action


def test_a_later_try_walks_the_night_again_as_a_run_of_its_own(
    nightly_load: ModuleType, schedule_folder: Path, tmp_path: Path
) -> None:
    url = settings.schedule().warehouse
    first = Run("900-2026-04-02-abcdef", "900", ARRIVAL, tmp_path, url, tmp_path, tmp_path)
    first.work.mkdir(parents=True)
    assert nightly_load.run_of_try(first.to_json(), "load", 1) == (first, ("load",))
    again, names = nightly_load.run_of_try(first.to_json(), "load", 2)
    assert names == TASKS
    assert again.run_id != first.run_id
    assert not first.work.exists()


def test_without_a_warehouse_no_night_is_found_unless_a_new_one_is_asked_for(
    nightly_load: ModuleType, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = {
        "params": {"extract_date": NIGHT.isoformat(), "new_warehouse": False},
        "dag_run": SimpleNamespace(run_after=datetime(2026, 4, 2, 2, tzinfo=UTC)),
    }
    monkeypatch.setattr(nightly_load, "get_current_context", lambda: context)
    with pytest.raises(WrongUsage, match="no warehouse there yet"):
        nightly_load.tonight()
    context["params"]["new_warehouse"] = True
    assert len(nightly_load.tonight()) == 1


PASSED_ON = {"run_id": "900-2026-04-02-abcdef", "la_code": "900"}


@pytest.fixture
def task_of_lists(nightly_load: ModuleType, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Airflow tells the task that writes work lists."""
    context: dict[str, Any] = {}
    monkeypatch.setattr(nightly_load, "get_current_context", lambda: context)
    return context


def test_without_a_folder_for_them_no_work_lists_are_written(
    nightly_load: ModuleType, task_of_lists: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    monkeypatch.delenv(settings.WORKLISTS_FOLDER, raising=False)
    with pytest.raises(AirflowSkipException, match="CSC_ETL_WORKLISTS is not set"):
        nightly_load.write_worklists(PASSED_ON)


def test_a_folder_that_others_look_into_fails_the_lists_of_its_council(
    nightly_load: ModuleType, task_of_lists: dict[str, Any], schedule_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(settings.WORKLISTS_FOLDER, str(schedule_folder / "worklists"))
    (schedule_folder / "worklists" / "900").mkdir(parents=True)
    (schedule_folder / "worklists" / "900").chmod(0o750)
    with pytest.raises(WrongUsage, match="Other accounts can look into the folder"):
        nightly_load.write_worklists(PASSED_ON)
    assert task_of_lists["la_code"] == "900"


def test_a_fault_of_the_lists_is_told_without_its_words(
    nightly_load: ModuleType, task_of_lists: dict[str, Any], schedule_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from etl.worklist import write

    def failing(*_: object, **__: object) -> None:
        raise ValueError("case 12345")

    monkeypatch.setattr(write, "write_lists", failing)
    monkeypatch.setenv(settings.WORKLISTS_FOLDER, str(schedule_folder / "worklists"))
    with pytest.raises(UnexpectedFault) as raised:
        nightly_load.write_worklists(PASSED_ON)
    assert "12345" not in str(raised.value)


def _states(run: Any) -> dict[str, str]:
    return {task.task_id: str(task.state) for task in run.get_task_instances()}


def _rows_of_the_warehouse(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = duckdb.connect()
    try:
        connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as csc (read_only)")
        connection.execute("use csc")
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'csc'"
        ).fetchall()
        return {
            name: sorted(connection.execute(f"from {name}").fetchall(), key=repr)
            for (name,) in names
        }
    finally:
        connection.close()


def _xcoms() -> str:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        return json.dumps([str(row.value) for row in session.query(XComModel)])


# Airflow's in-process API server imports Starlette's test client, which wants a library that
# Airflow does not install.
@pytest.mark.filterwarnings(
    "ignore:Using `httpx` with `starlette.testclient`"
    ":starlette.exceptions.StarletteDeprecationWarning"
)
@pytest.mark.slow
def test_airflow_loads_a_night_once_and_skips_it_the_second_time(
    dag_bag: Any, airflow_database: None, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.WORKLISTS_FOLDER, str(schedule_folder / "worklists"))
    write_extract(schedule_folder / "extracts" / "900", children=1000, extract_date=NIGHT)
    asked = {"extract_date": NIGHT.isoformat()}
    of_all = asked | {"new_warehouse": True}
    dag = dag_bag.dags["nightly_load"]

    first = dag.test(logical_date=datetime(2026, 4, 2, 2, tzinfo=UTC), run_conf=of_all)
    loaded = _rows_of_the_warehouse(schedule_folder)
    second = dag.test(logical_date=datetime(2026, 4, 3, 2, tzinfo=UTC), run_conf=asked)

    assert first.state == "success"
    assert {_states(first)[f"one_authority.{name}"] for name in TASKS} == {"success"}
    assert [row[3] for row in loaded["audit.load_run"]] == ["loaded"]
    assert _states(first)[WORKLISTS_TASK] == "success"
    assert (schedule_folder / "worklists" / "900" / "worklist.xlsx").stat().st_mode & 0o777 == 0o600
    assert {row[3] for row in loaded["audit.privacy_action"]} == {"worklist"}
    assert _states(second)[WORKLISTS_TASK] == "skipped"
    assert second.state == "success"
    assert {_states(second)[f"one_authority.{name}"] for name in TASKS} == {"skipped"}
    assert _rows_of_the_warehouse(schedule_folder) == loaded
    passed_on = _xcoms()
    assert "900-2026-04-02-" in passed_on
    assert not re.search("DEMO-|PII-", passed_on)
