"""The monthly DAG: when it runs, what it freezes in a warehouse of two councils, and the reports
that it writes of it."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nights.loading import ask, command, content
from nights.marking import everything_logged

from etl import settings
from etl.demo import write_extract
from etl.errors import ConnectionFault, UnexpectedFault, WrongUsage
from etl.night.begin import begin
from etl.night.walk import load_night
from etl.report.edition import Wanted, read_edition, write_edition
from etl.warehouse import open_warehouse

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
FREEZE, WRITE = "one_authority.freeze_months", "one_authority.write_reports"
FREEZES = "select la_code, label, month, known_on from report.frozen_month order by la_code, label"
LABEL, MARCH = "2026-03 published", date(2026, 3, 1)
EDITIONS = [
    f"900-2026-03-known-2026-04-09{ending}"
    for ending in ("-public.html", "-public.xlsx", ".html", ".xlsx")
]
NO_NIGHT, NOT_DUE = "is loaded yet", "has no month to freeze"


def test_it_is_scheduled_on_the_asset_that_the_nightly_load_updates(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}
    dag = dag_bag.dags["monthly_report"]
    updated = dag_bag.dags["nightly_load"].get_task("one_authority.load").outlets
    waited_for = dag.timetable.asset_condition.objects
    assert [asset.uri for asset in waited_for] == [asset.uri for asset in updated]
    assert (dag.max_active_runs, dag.catchup) == (1, False)


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
    monkeypatch.delenv(settings.PSEUDONYM_KEY)  # neither a freeze nor a report needs one
    monkeypatch.delenv(settings.REPORTS_FOLDER, raising=False)
    return settings.schedule().warehouse


def run_by_hand(dag_bag: Any, of: str = FREEZE) -> tuple[str, dict[str, str]]:
    """The state of a run that no asset triggered, and of each council's task of a kind in it."""
    run = dag_bag.dags["monthly_report"].test(run_after=datetime.now(UTC), logical_date=None)
    tasks = [task for task in run.get_task_instances() if task.task_id == of]
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


def those_of(monthly_report: ModuleType, folder: Path, *loaded: str | None) -> list[str]:
    councils = monthly_report.councils_in(settings.schedule().authorities)
    return [each.la_code for each in monthly_report.those_loaded(councils, list(loaded))]


def test_a_run_is_for_the_councils_in_the_nights_that_were_loaded(
    monthly_report: ModuleType, schedule_folder: Path
) -> None:
    (schedule_folder / "authorities" / "eastmere.toml").write_text(EASTMERE)
    (schedule_folder / "authorities" / "broken.toml").write_text("[authority")
    assert those_of(monthly_report, schedule_folder, "901") == ["901"]
    assert those_of(monthly_report, schedule_folder, "901", "900", "901") == ["901", "900"]
    for by_hand in ((), (None,), ("901", None)):
        found = those_of(monthly_report, schedule_folder, *by_hand)
        assert found == ["broken", "901", "900"]


def test_a_loaded_council_whose_file_is_broken_since_has_a_task_that_says_so(
    monthly_report: ModuleType, schedule_folder: Path
) -> None:
    (schedule_folder / "authorities" / "broken.toml").write_text("[authority")
    assert those_of(monthly_report, schedule_folder, "901", "900") == ["broken", "900"]


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


@pytest.fixture
def frozen(monthly_report: ModuleType, warehouse: str, westmere: Path) -> Path:
    """The folder, not there yet, where Westmere's reports go. Its March is frozen."""
    monthly_report.freeze_what_is_due(westmere, frozen_at=NOW)
    return westmere.parents[1] / "reports" / "900"


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@by_airflow
@pytest.mark.slow
@pytest.mark.report
def test_a_run_writes_both_editions_of_what_it_froze_and_the_next_run_writes_nothing(
    dag_bag: Any, airflow_database: None, warehouse: str, schedule_folder: Path
) -> None:
    assert run_by_hand(dag_bag, WRITE) == ("success", {"900": "success", "901": "skipped"})
    written = schedule_folder / "reports" / "900"
    assert _files(written) == EDITIONS
    times = [path.stat().st_mtime_ns for path in sorted(written.iterdir())]
    assert run_by_hand(dag_bag, WRITE) == ("success", {"900": "skipped", "901": "skipped"})
    assert [path.stat().st_mtime_ns for path in sorted(written.iterdir())] == times


@by_airflow
@pytest.mark.slow
@pytest.mark.report
def test_a_report_that_fails_leaves_the_freeze_and_is_red(
    dag_bag: Any, airflow_database: None, warehouse: str, schedule_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("etl.report.edition.read_edition", _fail)
    assert run_by_hand(dag_bag, WRITE) == ("failed", {"900": "failed", "901": "skipped"})
    assert ask(warehouse, FREEZES) == [("900", LABEL, MARCH, THE_DAY)]
    assert not (schedule_folder / "reports" / "900").exists()


def _fail(*_: object, **__: object) -> None:
    raise ValueError("a value of a record")


@pytest.mark.slow
@pytest.mark.report
def test_the_log_says_which_files_of_a_report_were_written(
    monthly_report: ModuleType, frozen: Path, westmere: Path
) -> None:
    with everything_logged() as logged:
        written = monthly_report.write_what_is_frozen(westmere)
    assert sorted(written) == [str(frozen / name) for name in EDITIONS]
    for path in written:
        assert f"[900] written: {path}\n" in logged.getvalue()


@pytest.mark.slow
@pytest.mark.report
def test_every_month_of_the_last_year_that_was_frozen_has_its_report(
    monthly_report: ModuleType, frozen: Path, westmere: Path, warehouse: str
) -> None:
    for month in ("2025-03", "2026-02"):  # the first is more than a year before March 2026
        ran = command("freeze", month, "--warehouse", warehouse, "--la-code", "900")
        assert ran.exit_code == 0, ran.err
    monthly_report.write_what_is_frozen(westmere)
    assert {name[:11] for name in _files(frozen)} == {"900-2026-02", "900-2026-03"}


@pytest.mark.slow
@pytest.mark.report
def test_reports_go_into_a_folder_for_each_council_below_the_one_that_is_named(
    monthly_report: ModuleType, frozen: Path, westmere: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(settings.REPORTS_FOLDER, str(tmp_path / "named"))
    monthly_report.write_what_is_frozen(westmere)
    assert _files(tmp_path / "named" / "900") == EDITIONS
    assert not frozen.exists()


@pytest.mark.slow
@pytest.mark.report
def test_a_report_of_another_day_made_by_hand_is_not_taken_for_the_published_one(
    monthly_report: ModuleType, frozen: Path, westmere: Path, warehouse: str
) -> None:
    for is_public in (False, True):
        asked = Wanted(MARCH, known_on=LATER, is_public=is_public, la_code="900")
        write_edition(read_edition(warehouse, asked), frozen, {})
    monthly_report.write_what_is_frozen(westmere)
    assert {*EDITIONS} < {*_files(frozen)}


@pytest.mark.slow
@pytest.mark.report
@pytest.mark.parametrize("lost", [EDITIONS[0], EDITIONS[3]])
def test_an_edition_that_lacks_a_file_is_written_again(
    monthly_report: ModuleType, frozen: Path, westmere: Path, lost: str
) -> None:
    frozen.mkdir(parents=True)
    for name in EDITIONS:
        if name != lost:
            (frozen / name).touch()
    monthly_report.write_what_is_frozen(westmere)
    assert (frozen / lost).stat().st_size > 0


@pytest.mark.slow
@pytest.mark.report
@pytest.mark.parametrize(
    ("la_code", "why"), [("901", "has no month that was frozen"), ("902", NO_NIGHT)]
)
def test_a_council_without_a_freeze_has_its_report_skipped_with_the_reason(
    monthly_report: ModuleType, warehouse: str, westmere: Path, la_code: str, why: str
) -> None:
    westmere.write_text(WESTMERE.replace("900", la_code))
    with pytest.raises(monthly_report.AirflowSkipException, match=rf"uthority {la_code} .*{why}"):
        monthly_report.write_what_is_frozen(westmere)


@pytest.mark.slow
@pytest.mark.report
def test_a_warehouse_that_has_no_folder_beside_it_has_its_report_skipped_with_the_reason(
    monthly_report: ModuleType, frozen: Path, westmere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_warehouse("postgresql://nobody@localhost/nothing")  # it is not connected to
    monkeypatch.setattr(
        "etl.warehouse.duckdb.warehouse.DuckDBWarehouse.default_folder",
        lambda _: database.default_folder(),
    )
    with pytest.raises(monthly_report.AirflowSkipException, match=f"Set {settings.REPORTS_FOLDER}"):
        monthly_report.write_what_is_frozen(westmere)
    assert not frozen.exists()


@pytest.mark.slow
@pytest.mark.report
def test_a_folder_that_cannot_be_written_is_tried_again_and_says_so(
    monthly_report: ModuleType, frozen: Path, westmere: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "a file").touch()
    monkeypatch.setenv(settings.REPORTS_FOLDER, str(tmp_path / "a file"))
    with pytest.raises(ConnectionFault, match="The report cannot be written"):
        monthly_report.write_what_is_frozen(westmere)


@pytest.mark.slow
@pytest.mark.report
def test_an_error_of_the_program_in_a_report_is_told_without_its_message(
    monthly_report: ModuleType, frozen: Path, westmere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.report.edition.read_edition", _fail)
    with pytest.raises(UnexpectedFault, match="ValueError") as told:
        monthly_report.write_what_is_frozen(westmere)
    assert "a value of a record" not in str(told.value)
