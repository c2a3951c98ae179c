"""The monthly DAG: when it runs, and what it freezes in a warehouse of two councils."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nights.loading import ask, content
from nights.marking import everything_logged

from etl import settings
from etl.demo import write_extract
from etl.errors import ConnectionFault, UnexpectedFault, WrongUsage
from etl.night.begin import begin
from etl.night.walk import load_night

PROJECT = Path(__file__).resolve().parents[2]
# The fifth working day of April 2026 is the 9th: Easter, with two bank holidays, is that weekend.
BEFORE, THE_DAY, LATER = date(2026, 4, 2), date(2026, 4, 9), date(2026, 4, 21)
NOW = datetime(2026, 4, 21, 5, tzinfo=UTC)
WESTMERE = """
[authority]
la_code = "900"
name = "Westmere"

[source]
kind = "liquidlogic_files"
"""
EASTMERE = WESTMERE.replace("900", "901").replace("Westmere", "Eastmere")
# The thirteenth working day of that April is the 21st.
A_LATER_DAY = """
[publication]
freeze_working_day = 13
"""
FREEZE = "one_authority.freeze_months"
FREEZES = "select la_code, label, month, known_on from report.frozen_month order by la_code, label"
LABEL, MARCH = "2026-03 published", date(2026, 3, 1)
NO_NIGHT, NOT_DUE = "is loaded yet", "has no month to freeze"
READ_THE_FILE = f"""
import sys
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event == "socket.connect" else None)
sys.path.insert(0, {str(PROJECT / "dags")!r})
import monthly_report
heavy = {{"pandas", "numpy", "great_expectations", "duckdb", "pyarrow"}}
print(sorted(heavy & set(sys.modules)), opened)
"""


def test_it_is_scheduled_on_the_asset_that_the_nightly_load_updates(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}
    dag = dag_bag.dags["monthly_report"]
    updated = dag_bag.dags["nightly_load"].get_task("one_authority.load").outlets
    waited_for = dag.timetable.asset_condition.objects
    assert [asset.uri for asset in waited_for] == [asset.uri for asset in updated]
    assert (dag.max_active_runs, dag.catchup) == (1, False)


def test_reading_the_dag_file_loads_nothing_heavy_and_opens_no_connection() -> None:
    told = subprocess.run(
        [sys.executable, "-c", READ_THE_FILE], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == "[] []"


@pytest.mark.parametrize(
    ("kind", "action"),
    [(ConnectionFault, "retry"), (WrongUsage, "fail"), (UnexpectedFault, "fail")],
)
def test_only_what_could_not_be_reached_is_tried_again(
    dag_bag: Any, kind: type[ConnectionFault], action: str
) -> None:
    error = kind("what", where="where", means="means", next="next")
    for name in ("freeze_months", "write_reports"):
        task = dag_bag.dags["monthly_report"].get_task(f"one_authority.{name}")
        decided = task.retry_policy.evaluate(error, try_number=1, max_tries=6)
        assert decided.action.value == action
        assert task.retries == 6


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a warehouse with a night of Eastmere before its freeze day, and two nights of
    Westmere, one on that day and one later; and of both councils' files."""
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "westmere.toml").write_text(WESTMERE)
    (folder / "eastmere.toml").write_text(EASTMERE)
    url = f"duckdb:///{folder / 'warehouse.duckdb'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.PSEUDONYM_KEY, "a key of the tests, no secret")
        for council, night in (("eastmere", BEFORE), ("westmere", THE_DAY), ("westmere", LATER)):
            extract = write_extract(folder / "extracts", children=1000, extract_date=night)
            assert load_night(begin(extract, folder / f"{council}.toml", url))[0]
    return folder


@pytest.fixture
def warehouse(schedule_folder: Path, loaded: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of a copy of that warehouse, which the settings name with both councils' files."""
    for file in loaded.glob("*.duckdb"):
        shutil.copy(file, schedule_folder)
    for file in loaded.glob("*.toml"):
        shutil.copy(file, schedule_folder / "authorities")
    monkeypatch.delenv(settings.PSEUDONYM_KEY)  # a freeze needs none
    return settings.schedule().warehouse


@pytest.fixture
def westmere(schedule_folder: Path) -> Path:
    """Westmere's file, as the settings name it."""
    return schedule_folder / "authorities" / "westmere.toml"


def run_by_hand(dag_bag: Any) -> tuple[str, dict[str, str]]:
    """The state of a run that no asset triggered, and of each council's task in it."""
    run = dag_bag.dags["monthly_report"].test(run_after=datetime.now(UTC), logical_date=None)
    tasks = [task for task in run.get_task_instances() if task.task_id == FREEZE]
    return str(run.state), {task.rendered_map_index: str(task.state) for task in tasks}


# Airflow's in-process API server imports Starlette's test client, which wants a library that
# Airflow does not install.
by_airflow = pytest.mark.filterwarnings(
    "ignore:Using `httpx` with `starlette.testclient`"
    ":starlette.exceptions.StarletteDeprecationWarning"
)


@by_airflow
@pytest.mark.slow
def test_before_the_freeze_day_nothing_is_frozen_and_the_task_is_skipped(
    dag_bag: Any, airflow_database: None, warehouse: str, westmere: Path
) -> None:
    westmere.unlink()
    assert run_by_hand(dag_bag) == ("success", {"901": "skipped"})
    assert ask(warehouse, FREEZES) == []


@by_airflow
@pytest.mark.slow
def test_a_month_is_frozen_once_as_known_on_the_first_extract_of_its_day_or_later(
    dag_bag: Any, airflow_database: None, warehouse: str
) -> None:
    assert run_by_hand(dag_bag) == ("success", {"900": "success", "901": "skipped"})
    assert ask(warehouse, FREEZES) == [("900", LABEL, MARCH, THE_DAY)]
    frozen = content(warehouse)
    assert run_by_hand(dag_bag) == ("success", {"900": "skipped", "901": "skipped"})
    assert content(warehouse) == frozen


@by_airflow
@pytest.mark.slow
def test_a_broken_authority_file_fails_in_its_own_task_only(
    dag_bag: Any, airflow_database: None, warehouse: str, westmere: Path
) -> None:
    westmere.with_name("broken.toml").write_text("[authority")
    state, tasks = run_by_hand(dag_bag)
    assert (state, tasks) == ("failed", {"broken": "failed", "900": "success", "901": "skipped"})
    assert ask(warehouse, FREEZES) == [("900", LABEL, MARCH, THE_DAY)]


@pytest.mark.slow
def test_the_day_is_that_of_the_authoritys_file(
    monthly_report: ModuleType, warehouse: str, westmere: Path
) -> None:
    westmere.write_text(WESTMERE + A_LATER_DAY)
    monthly_report.freeze_what_is_due(westmere, frozen_at=NOW)
    assert ask(warehouse, FREEZES) == [("900", LABEL, MARCH, LATER)]


@pytest.mark.slow
def test_a_freeze_adds_figures_of_its_council_and_changes_no_row_of_any(
    monthly_report: ModuleType, warehouse: str, westmere: Path
) -> None:
    earlier = content(warehouse)
    monthly_report.freeze_what_is_due(westmere, frozen_at=NOW)
    now = content(warehouse)
    assert not any(earlier[table] - now[table] for table in earlier)
    added = {table: rows for table in now if (rows := now[table] - earlier[table])}
    assert {"report.frozen_month", "report.frozen_subject", "report.monthly_measure"} <= {*added}
    assert {table.partition(".")[0] for table in added} == {"report"}
    assert all("900" in row for rows in added.values() for row in rows)


@pytest.mark.slow
def test_the_log_says_what_was_frozen_and_what_is_passed_on_is_text(
    monthly_report: ModuleType, warehouse: str, westmere: Path
) -> None:
    with everything_logged() as logged:
        [frozen] = monthly_report.freeze_what_is_due(westmere, frozen_at=NOW)
    assert f"[900] frozen: '{LABEL}', as known on 2026-04-09\n" in logged.getvalue()
    assert frozen == {
        "la_code": "900",
        "month": "2026-03-01",
        "label": LABEL,
        "known_on": "2026-04-09",
        "frozen_at": str(NOW),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("la_code", "why"), [("901", NOT_DUE), ("902", NO_NIGHT)])
def test_a_council_with_nothing_to_freeze_is_skipped_with_the_reason(
    monthly_report: ModuleType, warehouse: str, westmere: Path, la_code: str, why: str
) -> None:
    _check_skipped(monthly_report, westmere, la_code, why)


def test_without_a_warehouse_a_council_is_skipped_with_the_reason(
    monthly_report: ModuleType, westmere: Path
) -> None:
    _check_skipped(monthly_report, westmere, "900", NO_NIGHT)


def _check_skipped(module: ModuleType, file: Path, la_code: str, why: str) -> None:
    file.write_text(WESTMERE.replace("900", la_code))
    with pytest.raises(module.AirflowSkipException, match=rf"uthority {la_code} .*{why}"):
        module.freeze_what_is_due(file, frozen_at=NOW)


@pytest.mark.slow
def test_an_error_of_the_program_is_told_without_its_message(
    monthly_report: ModuleType, warehouse: str, westmere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("a value of a record")

    monkeypatch.setattr("etl.publish.freezes.freeze_when_due", fail)
    with pytest.raises(UnexpectedFault, match="ValueError") as told:
        monthly_report.freeze_what_is_due(westmere, frozen_at=NOW)
    assert "a value of a record" not in str(told.value)
