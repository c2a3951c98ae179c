"""The upkeep DAG: what each task does, for which council, and what is told of it."""

from __future__ import annotations

import importlib
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nights.loading import ask, content
from nights.marking import everything_logged

from etl import settings
from etl.answers.warnings import Warned
from etl.demo import write_extract
from etl.errors import ConnectionFault, UnexpectedFault, WrongUsage
from etl.night.begin import begin
from etl.night.walk import load_night
from etl.upkeep.backup import backups_in

PROJECT = Path(__file__).resolve().parents[2]
NIGHT = date(2026, 4, 2)
NOON = datetime(2026, 4, 2, 11, tzinfo=UTC)
# By then a night of that day is older than 24 months, and still shown on the next one's page.
LATER = datetime(2028, 5, 2, 11, tzinfo=UTC)
MONDAY = datetime(2026, 4, 6, 11, tzinfo=UTC)
WESTMERE = """
[authority]
la_code = "900"
name = "Westmere"

[source]
kind = "liquidlogic_files"

[publication]
landing_months = 24
"""
EASTMERE = WESTMERE.replace("900", "901").replace("Westmere", "Eastmere")
BODIES = ("take_backup", "remove_what_is_old", "remove_task_logs", "tell_warnings")
by_airflow = pytest.mark.filterwarnings(
    "ignore:Using `httpx` with `starlette.testclient`"
    ":starlette.exceptions.StarletteDeprecationWarning"
)


@pytest.fixture(scope="session")
def upkeep() -> ModuleType:
    """What the tasks do."""
    return importlib.import_module("etl.schedule.upkeep")


@pytest.fixture
def dag(dag_bag: Any) -> Any:
    return dag_bag.dags["upkeep"]


def test_it_runs_at_noon_in_london_and_no_task_waits_for_another(dag: Any) -> None:
    from airflow.sdk import CronTriggerTimetable

    assert dag.timetable == CronTriggerTimetable("0 12 * * *", timezone="Europe/London")
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks} == {
        "find_councils": [],
        "remove_what_is_old": ["find_councils"],
        "remove_task_logs": [],
        "take_backup": [],
        "tell_warnings": [],
    }


def test_every_task_says_what_it_does_and_what_to_do_when_it_is_red(dag: Any) -> None:
    assert dag.description
    for task in dag.tasks:
        assert "**Red:**" in task.doc_md, task.task_id
        assert task.owner == "csc-etl"
        assert task.retries == 6


@pytest.mark.parametrize(
    ("kind", "action"),
    [(ConnectionFault, "retry"), (WrongUsage, "fail"), (UnexpectedFault, "fail")],
)
def test_only_what_could_not_be_reached_is_tried_again(
    dag: Any, kind: type[ConnectionFault], action: str
) -> None:
    error = kind("what", where="where", means="means", next="next")
    for task in dag.tasks:
        decided = task.retry_policy.evaluate(error, try_number=1, max_tries=6)
        assert decided.action.value == action


def test_the_dags_whose_logs_are_removed_are_those_of_the_project(upkeep: ModuleType) -> None:
    assert set(upkeep.DAGS) == {path.stem for path in (PROJECT / "dags").glob("*.py")}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a warehouse with a night of Westmere and none of Eastmere, and of their files."""
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "westmere.toml").write_text(WESTMERE)
    (folder / "eastmere.toml").write_text(EASTMERE)
    extract = write_extract(folder / "extracts", children=1000, extract_date=NIGHT)
    url = f"duckdb:///{folder / 'warehouse.duckdb'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.PSEUDONYM_KEY, "a key of the tests, no secret")
        assert load_night(begin(extract, folder / "westmere.toml", url))[0]
    return folder


@pytest.fixture
def warehouse(schedule_folder: Path, loaded: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of a copy of that warehouse, which the settings name with both councils' files."""
    for file in loaded.glob("*.duckdb"):
        shutil.copy(file, schedule_folder)
    for file in loaded.glob("*.toml"):
        shutil.copy(file, schedule_folder / "authorities")
    shutil.copytree(loaded / "landing", schedule_folder / "landing")
    monkeypatch.delenv(settings.PSEUDONYM_KEY)  # nothing here needs one
    monkeypatch.setenv(settings.BACKUPS_FOLDER, str(schedule_folder / "backups"))
    monkeypatch.setenv("AIRFLOW__LOGGING__BASE_LOG_FOLDER", str(schedule_folder / "logs"))
    return settings.schedule().warehouse


def run_by_hand(dag: Any) -> tuple[str, dict[str, str]]:
    """The state of a run, and of each task; of a council's by the council."""
    run = dag.test(run_after=datetime.now(UTC), logical_date=None)
    return str(run.state), {
        each.rendered_map_index or each.task_id: str(each.state)
        for each in run.get_task_instances()
    }


@by_airflow
@pytest.mark.slow
def test_one_councils_broken_file_stops_no_other_council_and_no_other_task(
    dag: Any, airflow_database: None, warehouse: str, westmere: Path, schedule_folder: Path
) -> None:
    westmere.with_name("broken.toml").write_text("[authority")
    state, tasks = run_by_hand(dag)
    # The night is of years ago or of days ago, as the clock has it.
    assert tasks.pop("900") in ("skipped", "success")
    assert (state, tasks) == (
        "failed",
        {
            "901": "skipped", "broken": "failed", "find_councils": "success",
            "take_backup": "success", "tell_warnings": "success", "remove_task_logs": "skipped",
        },
    )  # fmt: skip
    assert len(backups_in(schedule_folder / "backups")) == 1


# Backups.


def test_without_a_folder_for_backups_none_is_taken_and_the_reason_is_given(
    upkeep: ModuleType, schedule_folder: Path
) -> None:
    with pytest.raises(upkeep.AirflowSkipException, match=f"{settings.BACKUPS_FOLDER} is not set"):
        upkeep.back_up_to(None, made_at=NOON)


def test_before_the_first_night_no_backup_is_taken(
    upkeep: ModuleType, schedule_folder: Path
) -> None:
    with pytest.raises(upkeep.AirflowSkipException, match="no warehouse yet"):
        upkeep.back_up_to(schedule_folder / "backups", made_at=NOON)
    assert not (schedule_folder / "backups").exists()


@pytest.mark.slow
def test_a_backup_is_kept_for_as_many_days_as_the_settings_say(
    upkeep: ModuleType, warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "kept"
    for days, kept in ((0, 1), (35, 2), (36, 2)):  # unless they say otherwise, 35 days
        upkeep.back_up_to(into, made_at=NOON + timedelta(days=days))
        assert len(backups_in(into)) == kept
    monkeypatch.setenv(settings.KEEP_BACKUPS_DAYS, "1")
    with everything_logged() as logged:
        upkeep.back_up_to(into, made_at=NOON + timedelta(days=40))
    assert [each.made_at for each in backups_in(into)] == [NOON + timedelta(days=40)]
    assert "is whole" in logged.getvalue()


@pytest.mark.parametrize("days", ["0", "soon", "36501", "-3"])
def test_a_setting_that_is_no_number_of_days_is_wrong_usage_and_takes_no_backup(
    upkeep: ModuleType, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv(settings.KEEP_BACKUPS_DAYS, days)
    with pytest.raises(WrongUsage, match=settings.KEEP_BACKUPS_DAYS):
        upkeep.back_up_to(schedule_folder / "backups", made_at=NOON)


# Retention.


@pytest.mark.slow
def test_where_nothing_is_old_the_council_is_skipped_and_nothing_is_written(
    upkeep: ModuleType, warehouse: str, westmere: Path
) -> None:
    file = Path(warehouse.removeprefix("duckdb:///"))
    before = file.stat().st_ino
    with pytest.raises(upkeep.AirflowSkipException, match="authority 900 is too old"):
        upkeep.purge_what_is_old(westmere, at=NOON, is_asked=False, is_again=False)
    assert file.stat().st_ino == before


@pytest.mark.slow
def test_what_is_old_goes_council_by_council_and_the_log_says_what(
    upkeep: ModuleType, warehouse: str, westmere: Path, schedule_folder: Path
) -> None:
    landed = schedule_folder / "landing" / "900" / str(NIGHT)
    other = schedule_folder / "landing" / "901" / str(NIGHT)
    shutil.copytree(landed, other)
    with everything_logged() as logged:
        removed = upkeep.purge_what_is_old(westmere, at=LATER, is_asked=False, is_again=False)
    assert removed == {"landing": 1}
    assert "[900] removed from landing: 1\n" in logged.getvalue()
    assert not landed.exists()
    assert other.exists()
    told = "select la_code, action, part, rows from audit.privacy_action"
    assert ask(warehouse, told) == [("900", "purge", "landing", 1)]


@pytest.mark.slow
def test_at_most_once_a_week_unless_somebody_wants_it_now(
    upkeep: ModuleType, warehouse: str, westmere: Path, schedule_folder: Path
) -> None:
    landed = schedule_folder / "landing" / "900" / str(NIGHT)
    kept = shutil.copytree(landed, schedule_folder / "kept")
    for days, is_asked, is_removed in ((0, False, True), (5, False, False), (5, True, True),
                                       (10, False, False), (12, False, True)):  # fmt: skip
        shutil.copytree(kept, landed, dirs_exist_ok=True)
        at = LATER + timedelta(days=days)
        if is_removed:
            upkeep.purge_what_is_old(westmere, at=at, is_asked=is_asked, is_again=False)
        else:
            with pytest.raises(upkeep.AirflowSkipException, match="once a week is enough"):
                upkeep.purge_what_is_old(westmere, at=at, is_asked=is_asked, is_again=False)
        assert landed.exists() != is_removed


@pytest.mark.slow
def test_another_try_finishes_what_the_one_before_began(
    upkeep: ModuleType, warehouse: str, westmere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which may have deleted rows and left their bytes."""
    scrubbed: list[bool] = []
    monkeypatch.setattr(
        "etl.warehouse.duckdb.warehouse.DuckDBWarehouse.scrub",
        lambda _: scrubbed.append(True),
    )
    before = content(warehouse)
    with pytest.raises(upkeep.AirflowSkipException):
        upkeep.purge_what_is_old(westmere, at=NOON, is_asked=False, is_again=True)
    assert scrubbed == [True]
    assert content(warehouse) == before


def test_a_council_without_a_night_is_skipped(
    upkeep: ModuleType, schedule_folder: Path, westmere: Path
) -> None:
    with pytest.raises(upkeep.AirflowSkipException, match="No night of authority 900"):
        upkeep.purge_what_is_old(westmere, at=NOON, is_asked=False, is_again=False)


@pytest.mark.slow
def test_an_error_of_the_program_is_told_without_its_message(
    upkeep: ModuleType, warehouse: str, westmere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("a value of a record")

    monkeypatch.setattr("etl.upkeep.detail.purge_detail", fail)
    with pytest.raises(UnexpectedFault, match="ValueError") as told:
        upkeep.purge_what_is_old(westmere, at=NOON, is_asked=False, is_again=False)
    assert "a value of a record" not in str(told.value)


# Logs.


def test_old_logs_of_our_dags_go_and_the_log_says_how_many(
    upkeep: ModuleType, tmp_path: Path
) -> None:
    log = tmp_path / "dag_id=nightly_load" / "run_id=one" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    log.touch()
    os.utime(log, ((NOON - timedelta(days=91)).timestamp(),) * 2)
    with everything_logged() as logged:
        upkeep.remove_logs_in(str(tmp_path), at=NOON)
    assert not log.exists()
    assert "removed 1 logs of before 2026-01-02" in logged.getvalue()
    with pytest.raises(upkeep.AirflowSkipException, match="of before 2026-01-02"):
        upkeep.remove_logs_in(str(tmp_path), at=NOON)


@pytest.mark.parametrize("folder", ["s3://logs/airflow?key=secret", "/there/is/no/such/folder"])
def test_logs_that_are_elsewhere_are_left_to_whoever_keeps_them(
    upkeep: ModuleType, folder: str
) -> None:
    with pytest.raises(upkeep.AirflowSkipException, match="whoever keeps them") as skipped:
        upkeep.remove_logs_in(folder, at=NOON)
    assert "secret" not in str(skipped.value)


# Warnings.


class Run:
    def __init__(self, run_type: str, run_after: datetime) -> None:
        self.run_type, self.run_after = run_type, run_after


@pytest.fixture
def told(upkeep: ModuleType, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was told, to whoever the settings name."""
    messages: list[Any] = []
    monkeypatch.setattr(upkeep, "tell", lambda message, _: messages.append(message))
    return messages


@pytest.mark.parametrize(
    ("run_type", "day", "is_told"),
    [
        ("scheduled", MONDAY, True),
        ("scheduled", MONDAY + timedelta(days=1), False),
        ("manual", MONDAY + timedelta(days=1), True),
    ],
)
def test_warnings_are_logged_every_day_and_told_on_mondays_and_by_hand(
    upkeep: ModuleType, told: list[Any], monkeypatch: pytest.MonkeyPatch,
    run_type: str, day: datetime, is_told: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(upkeep, "get_current_context", lambda: {"dag_run": Run(run_type, day)})
    with everything_logged() as logged:
        upkeep.tell_warnings()
    assert "There is no warehouse there yet." in logged.getvalue()
    assert bool(told) == is_told


def test_where_there_is_nothing_to_warn_of_nobody_is_told(
    upkeep: ModuleType, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "get_current_context", lambda: {"dag_run": Run("manual", MONDAY)})
    monkeypatch.setattr("etl.answers.warnings.warnings_of", lambda *_, **__: [])
    upkeep.tell_warnings()
    assert told == []


def test_the_message_says_whose_each_warning_is_and_what_to_do(upkeep: ModuleType) -> None:
    found = [
        Warned("rule", "900", "A rule changed.", "Sign it."),
        Warned("backup", None, "No backup.", "Look."),
    ]
    message = upkeep.told_of(found)
    assert message.subject == "csc-etl: 2 things to see to"
    assert message.text == "900: A rule changed. Sign it.\nNo backup. Look."
    assert message.kind == "warning"
