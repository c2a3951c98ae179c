"""The nightly DAG: what Airflow makes of its file, and one night run by Airflow itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
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
from etl.night.begin import begin
from etl.night.tasks import TASKS
from etl.night.walk import load_night
from etl.run import Arrival, Run

PROJECT = Path(__file__).resolve().parents[2]
NIGHT, LATER = date(2026, 4, 2), date(2026, 4, 3)
ARRIVAL = Arrival("liquidlogic_files", Path("2026-04-02"), NIGHT)
WORKLISTS_TASK, WAITING = "one_authority.write_worklists", "one_authority.wait_for_extract"
WESTMERE = """
[authority]
la_code = "900"
name = "Westmere"

[source]
kind = "liquidlogic_files"
"""

TASKS_OF_THE_FILE = f"""
import sys
sys.path.insert(0, {str(PROJECT / "dags")!r})
import nightly_load
print(sorted(nightly_load.nightly_load().task_ids))
"""


def a_night(folder: Path, day: date = NIGHT) -> dict[str, str]:
    """What the first task of a council is given."""
    return {
        "la_code": "900", "name": "Westmere", "how": "load",
        "authority_file": str(folder / "authorities" / "westmere.toml"),
        "extract": str(folder / "extracts" / "900" / day.isoformat()),
        "extract_date": day.isoformat(),
    }  # fmt: skip


def test_the_dag_folder_has_no_import_errors(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}
    assert "nightly_load" in dag_bag.dags


def test_the_tasks_of_a_group_wait_and_walk_the_list_of_the_night(dag_bag: Any) -> None:
    dag = dag_bag.dags["nightly_load"]
    ids = [WAITING, *(f"one_authority.{name}" for name in TASKS), WORKLISTS_TASK, "tell_of_night"]
    assert set(dag.task_ids) == {"find_nights", *ids}
    for task_id, next_id in pairwise(ids):
        assert next_id in dag.get_task(task_id).downstream_task_ids
    assert dag.get_task("tell_of_night").is_teardown


def test_where_workers_share_no_disk_one_task_does_all_of_a_night() -> None:
    told = subprocess.run(
        [sys.executable, "-c", TASKS_OF_THE_FILE], capture_output=True, text=True, check=True,
        env=os.environ | {"CSC_ETL_ONE_TASK": "1"},
    )  # fmt: skip
    assert told.stdout.splitlines()[-1] == str(
        ["find_nights", "one_authority.load", WAITING, WORKLISTS_TASK, "tell_of_night"]
    )


def test_a_run_is_for_each_day_at_midnight_utc_and_keeps_no_other_day_waiting(
    dag_bag: Any,
) -> None:
    from airflow.sdk import CronTriggerTimetable

    dag = dag_bag.dags["nightly_load"]
    assert (dag.max_active_runs, dag.catchup) == (16, False)
    assert dag.timetable == CronTriggerTimetable("0 0 * * *", timezone="UTC")


def test_a_council_is_loaded_before_the_next_one_is_checked(dag_bag: Any) -> None:
    dag = dag_bag.dags["nightly_load"]
    in_order = [dag.get_task(task) for task in (WAITING, *(f"one_authority.{n}" for n in TASKS))]
    assert {str(task.weight_rule) for task in in_order} == {"upstream"}


def test_every_page_says_what_it_does_and_what_to_do_when_it_is_red(dag_bag: Any) -> None:
    for name in ("nightly_load", "monthly_report"):
        dag = dag_bag.dags[name]
        assert dag.description
        for task in dag.tasks:
            assert "**Red" in task.doc_md, task.task_id


def test_an_extract_that_is_gone_again_is_tried_again(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    with pytest.raises(ConnectionFault, match="is not there any more"):
        nightly_load.begun(a_night(schedule_folder))


def test_an_authority_file_that_cannot_be_read_fails_in_its_own_task_only(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    broken = schedule_folder / "authorities" / "broken.toml"
    broken.write_text("[authority")
    with pytest.raises(WrongUsage, match=r"broken\.toml"):
        nightly_load.begun(a_night(schedule_folder) | {"authority_file": str(broken)})


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


def test_landing_that_this_worker_does_not_see_is_an_outage_with_words_of_its_own(
    nightly_load: ModuleType, schedule_folder: Path, tmp_path: Path
) -> None:
    url = settings.schedule().warehouse
    elsewhere = Run("900-2026-04-02-abcdef", "900", ARRIVAL, tmp_path, url, tmp_path, tmp_path)
    with pytest.raises(ConnectionFault, match="does not see the folder") as raised:
        nightly_load.run_of_try(elsewhere.to_json(), "check", 1)
    assert "storage that every worker shares" in raised.value.next


class _Runs:
    """Airflow's runs, of which one of an earlier day is in a state."""

    def __init__(self, state: str | None) -> None:
        self.state = state

    def get_previous_dagrun(self, state: str) -> object | None:
        return object() if state == self.state else None


def found(
    nightly_load: ModuleType, *, earlier: str | None = None, conf: dict[str, Any] | None = None,
    **params: Any,
) -> Any:  # fmt: skip
    """What the first task of a run finds; earlier: the state of another run, of an earlier day;
    conf: what the run is triggered with, which Airflow puts among the parameters."""
    asked = {
        "extract_date": NIGHT.isoformat(), "councils": None, "dry_run": False, "backfill": False,
        "new_warehouse": False,
    } | params  # fmt: skip
    day = datetime(2026, 4, 2, tzinfo=UTC)
    run = SimpleNamespace(logical_date=day, run_after=day, run_type="manual", conf=conf)
    context = {
        "params": asked | (conf or {}), "dag_run": run, "ti": _Runs(earlier),
        "dag": SimpleNamespace(params=asked),
    }  # fmt: skip
    return nightly_load.find_nights(context)


def test_without_a_warehouse_no_night_is_found_unless_a_new_one_is_asked_for(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    with pytest.raises(WrongUsage, match="no warehouse there yet"):
        found(nightly_load)
    assert len(found(nightly_load, new_warehouse=True)) == 1


def test_a_run_that_is_triggered_with_what_is_no_parameter_finds_no_night(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    with pytest.raises(WrongUsage, match="no parameter: extract_dat"):
        found(nightly_load, conf={"extract_dat": NIGHT.isoformat()}, new_warehouse=True)


def test_the_runs_of_a_backfill_take_turns_the_earliest_day_first(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    of_all: dict[str, Any] = {"new_warehouse": True, "extract_date": None}
    assert found(nightly_load, earlier="running", backfill=True, **of_all) is None
    assert found(nightly_load, backfill=True, **of_all)
    assert found(nightly_load, earlier="running", **of_all)


def test_a_backfill_of_a_day_that_is_asked_for_waits_for_no_run_of_another_day(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    assert found(nightly_load, earlier="running", backfill=True, new_warehouse=True)


def test_no_run_of_a_backfill_waits_for_one_that_waits_for_its_place(
    nightly_load: ModuleType, schedule_folder: Path
) -> None:
    of_all: dict[str, Any] = {"new_warehouse": True, "extract_date": None}
    assert found(nightly_load, earlier="queued", backfill=True, **of_all)


PASSED_ON = {"run_id": "900-2026-04-02-abcdef", "la_code": "900"}


def test_without_a_folder_for_them_no_work_lists_are_written(
    nightly_load: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    monkeypatch.delenv(settings.WORKLISTS_FOLDER, raising=False)
    with pytest.raises(AirflowSkipException, match="CSC_ETL_WORKLISTS is not set"):
        nightly_load.write_worklists(PASSED_ON)


def test_a_folder_that_others_look_into_fails_the_lists_of_its_council(
    nightly_load: ModuleType, schedule_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(settings.WORKLISTS_FOLDER, str(schedule_folder / "worklists"))
    (schedule_folder / "worklists" / "900").mkdir(parents=True)
    (schedule_folder / "worklists" / "900").chmod(0o750)
    with pytest.raises(WrongUsage, match="Other accounts can look into the folder"):
        nightly_load.write_worklists(PASSED_ON)


def test_a_fault_of_the_lists_is_told_without_its_words(
    nightly_load: ModuleType, schedule_folder: Path,
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


def _xcoms(run: Any) -> dict[str, list[str]]:
    """What a run's tasks gave on, by task."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    given: dict[str, list[str]] = {}
    with create_session() as session:
        for row in session.query(XComModel).filter(XComModel.run_id == run.run_id):
            given.setdefault(row.task_id, []).append(str(row.value))
    return given


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
    extract = write_extract(schedule_folder / "extracts" / "900", children=1000, extract_date=NIGHT)
    (extract / "READY").touch()
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
    labels = {task.task_id: task.rendered_map_index for task in first.get_task_instances()}
    assert {labels[f"one_authority.{name}"] for name in TASKS} == {"900"}
    assert (labels[WAITING], labels[WORKLISTS_TASK]) == ("900", "900")
    passed_on = _xcoms(first)
    assert {task: len(given) for task, given in passed_on.items()} == dict.fromkeys(
        ["find_nights", *(f"one_authority.{name}" for name in TASKS), "tell_of_night"], 1
    )
    assert "900-2026-04-02-" in passed_on["one_authority.load"][0]
    assert not re.search("DEMO-|PII-", json.dumps(passed_on))


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of Westmere's extracts of two days, of a warehouse with the later one, and of what was
    landed of it."""
    folder = tmp_path_factory.mktemp("two nights")
    (folder / "westmere.toml").write_text(WESTMERE)
    for day in (NIGHT, LATER):
        write_extract(folder / "extracts" / "900", children=1000, extract_date=day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.PSEUDONYM_KEY, "a key of the tests, no secret")
        extract = folder / "extracts" / "900" / LATER.isoformat()
        url = f"duckdb:///{folder / 'warehouse.duckdb'}"
        assert load_night(begin(extract, folder / "westmere.toml", url))[0]
    return folder


@pytest.fixture
def council(schedule_folder: Path, two_nights: Path) -> Path:
    """A copy of that folder, which the settings name."""
    shutil.copytree(two_nights, schedule_folder, dirs_exist_ok=True)
    return schedule_folder


@dataclass
class Task:
    """What Airflow tells a task, and what the task told Airflow of its asset."""

    try_number: int = 1
    extra: dict[str, Any] = field(default_factory=dict)

    def of(self, module: ModuleType, night: dict[str, str], tasks: list[str]) -> Any:
        event = SimpleNamespace(extra={})
        context = {
            "ti": SimpleNamespace(try_number=self.try_number),
            "outlet_events": defaultdict(lambda: event),
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "get_current_context", lambda: context)
            try:
                return module.one_task(night, tasks)
            finally:
                self.extra = event.extra


def nights_loaded(folder: Path) -> list[str]:
    rows = _rows_of_the_warehouse(folder)["audit.load_run"]
    return sorted(str(row[2]) for row in rows if row[3] == "loaded")


def test_a_load_that_was_lost_after_its_commit_ends_well_and_tells_of_the_night(
    nightly_load: ModuleType, council: Path
) -> None:
    night = a_night(council, LATER)
    begun = night | nightly_load.begun(night).to_json()
    retried = Task(try_number=2)
    assert retried.of(nightly_load, begun, ["load"])["la_code"] == "900"
    assert retried.extra["la_code"] == "900"
    assert nights_loaded(council) == ["2026-04-03"]


def test_an_extract_that_is_loaded_already_is_skipped_at_the_first_try(
    nightly_load: ModuleType, council: Path
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException, match="is loaded already"):
        Task().of(nightly_load, a_night(council, LATER), list(TASKS))


@pytest.mark.parametrize("try_number", [1, 2])
@pytest.mark.parametrize("how", ["load", "backfill"])
def test_a_warehouse_that_went_away_while_a_night_waited_is_an_outage_and_none_is_made(
    nightly_load: ModuleType, council: Path, how: str, try_number: int
) -> None:
    warehouse = council / "warehouse.duckdb"
    warehouse.unlink()
    with pytest.raises(ConnectionFault, match="not there any more"):
        night = a_night(council, LATER) | {"how": how}
        Task(try_number).of(nightly_load, night, list(TASKS))
    assert not warehouse.exists()


def test_the_first_night_of_all_makes_the_warehouse_that_was_asked_for(
    nightly_load: ModuleType, council: Path
) -> None:
    (council / "warehouse.duckdb").unlink()
    [night] = found(nightly_load, new_warehouse=True)
    Task().of(nightly_load, a_night(council) | {"may_be_new": night["may_be_new"]}, list(TASKS))
    assert nights_loaded(council) == ["2026-04-02"]


def test_a_backfill_puts_a_night_before_the_later_one_in_its_last_task(
    nightly_load: ModuleType, council: Path
) -> None:
    night = a_night(council) | {"how": "backfill"}
    for name in ("land", "check"):
        assert Task().of(nightly_load, night, [name]) == night
    assert nights_loaded(council) == ["2026-04-03"]
    last = Task()
    last.of(nightly_load, night, ["load"])
    assert last.extra["extract_date"] == "2026-04-02"
    assert nights_loaded(council) == ["2026-04-02", "2026-04-03"]


def test_a_dry_run_checks_the_extract_and_leaves_nothing_but_its_page(
    nightly_load: ModuleType, schedule_folder: Path, two_nights: Path
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    shutil.copytree(two_nights / "extracts", schedule_folder / "extracts")
    night = a_night(schedule_folder) | {"how": "dry run"}
    assert Task().of(nightly_load, night, ["land"]) == night
    assert Task().of(nightly_load, night, ["check"]) == night
    with pytest.raises(AirflowSkipException, match="nothing was loaded"):
        Task().of(nightly_load, night, ["load"])
    left = {path.relative_to(schedule_folder).parts[0] for path in schedule_folder.rglob("*")}
    assert left == {"authorities", "extracts", "pages"}
    assert [page.name for page in (schedule_folder / "pages" / "dry-run" / "900").iterdir()] == [
        "2026-04-02.html"
    ]


def test_a_dry_run_of_a_half_copied_extract_says_what_would_stop_it(
    nightly_load: ModuleType, schedule_folder: Path, two_nights: Path
) -> None:
    shutil.copytree(two_nights / "extracts", schedule_folder / "extracts")
    (schedule_folder / "extracts" / "900" / "2026-04-02" / "FACT_REFERRALS.csv").unlink()
    with pytest.raises(NightStopped, match="FACT_REFERRALS"):
        Task().of(nightly_load, a_night(schedule_folder) | {"how": "dry run"}, ["check"])
