"""The hour by which figures should be there: who is told of whose."""

from __future__ import annotations

import importlib.util
import logging
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG
from dags.telling import Remembering
from dags.test_telling import IN_PROCESS, notify_by

from etl import settings
from etl.errors import ConnectionFault, WrongUsage
from etl.schedule import telling
from etl.warehouse import open_warehouse

FILE = Path(__file__).resolve().parents[2] / "dags" / "figures_due.py"
MORNING = datetime(2026, 11, 29, 7, tzinfo=UTC)
# As the audit keeps it: UTC, without its zone.
AT = MORNING.replace(tzinfo=None)


@pytest.fixture
def councils(schedule_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Westmere and Eastmere, and a notifier that remembers."""
    file = schedule_folder / "authorities" / "westmere.toml"
    eastmere = file.read_text().replace("900", "907").replace("Westmere", "Eastmere")
    file.with_name("eastmere.toml").write_text(eastmere)
    monkeypatch.delenv(settings.MAIL_TO, raising=False)
    notify_by(schedule_folder, monkeypatch, "Remembering")
    Remembering.said.clear()


@pytest.fixture
def two_councils(councils: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in a run of the hour."""
    _of_run(monkeypatch, MORNING)


def _of_run(
    monkeypatch: pytest.MonkeyPatch, moment: datetime, asked: str | None = None, **conf: str
) -> None:
    context = {
        "params": {"extract_date": asked, **conf},
        "dag": DAG("figures_due", schedule=None, params={"extract_date": None}),
        "dag_run": SimpleNamespace(logical_date=moment, run_after=moment, conf=conf),
        "ti": SimpleNamespace(dag_id="figures_due"),
    }
    monkeypatch.setattr(telling, "get_current_context", lambda: context)


def _write_runs(day: date, **status: str) -> None:
    with open_warehouse(settings.schedule().warehouse).writing("900") as session:
        for code, became in status.items():
            session.run(
                "insert into audit.load_run (run_id, la_code, extract_date, status, message, "
                "started_at) values (:run_id, :la_code, :day, :status, 'Rows are lost.', :at)",
                run_id=code, la_code=code.removeprefix("of_"), day=day, status=became,
                at=AT,
            )  # fmt: skip


def test_the_councils_without_a_loaded_night_are_told_in_one_message(two_councils: None) -> None:
    _write_runs(date(2026, 11, 29), of_900="loaded", of_907="stopped")
    counts = telling.tell_of_figures_due()
    ((text, told),) = Remembering.said
    assert told.subject == "csc-etl: figures of 1 of 2 councils are late (29 November 2026)"
    assert told.kind == "figures_due"
    assert "907 Eastmere: stopped: Rows are lost" in text
    assert "900" not in text
    assert (counts["lacking"], counts["of"]) == (["907"], 2)


def test_nobody_is_told_where_every_council_is_loaded_and_the_log_says_so(
    two_councils: None, caplog: pytest.LogCaptureFixture
) -> None:
    _write_runs(date(2026, 11, 29), of_900="loaded", of_907="loaded")
    with caplog.at_level(logging.INFO, logger="csc_etl"):
        assert telling.tell_of_figures_due() == {"lacking": [], "of": 2}
    assert Remembering.said == []
    assert "Every council's night of 29 November 2026 is loaded" in caplog.text


def test_the_night_of_the_day_before_does_not_count(two_councils: None) -> None:
    _write_runs(date(2026, 11, 28), of_900="loaded", of_907="loaded")
    assert telling.tell_of_figures_due()["lacking"] == ["907", "900"]


def test_a_warehouse_that_is_not_there_is_told_and_fails_nothing(two_councils: None) -> None:
    assert telling.tell_of_figures_due()["lacking"] == ["907", "900"]
    ((text, _),) = Remembering.said
    assert "900 Westmere: not known: There is no warehouse there yet" in text


def test_a_day_that_is_asked_for_counts_before_that_of_the_run(
    two_councils: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_runs(date(2026, 11, 20), of_900="loaded", of_907="loaded")
    _of_run(monkeypatch, MORNING, "2026-11-20")
    assert telling.tell_of_figures_due()["lacking"] == []


def test_the_day_is_that_of_the_run_in_london() -> None:
    # 23:30 UTC in summer is half past midnight of the next day in London.
    assert telling.day_due(None, datetime(2026, 7, 5, 23, 30, tzinfo=UTC)) == date(2026, 7, 6)


def test_where_nobody_can_be_told_of_late_figures_the_task_is_tried_again(
    two_councils: None, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify_by(schedule_folder, monkeypatch, "Broken")
    with pytest.raises(ConnectionFault):
        telling.tell_of_figures_due()


def _read_the_file() -> Any:
    spec = importlib.util.spec_from_file_location("figures_due_of_the_tests", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.figures_due()


def test_the_dag_runs_every_day_at_the_hour_of_the_settings_in_london(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from airflow.sdk import CronTriggerTimetable

    monkeypatch.setenv(settings.FIGURES_BY, "07:05")
    dag = _read_the_file()
    assert dag.timetable == CronTriggerTimetable("5 7 * * *", timezone="Europe/London")
    assert "every day at 07:05 London time" in dag.doc_md


def test_without_an_hour_the_dag_has_no_schedule_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(settings.FIGURES_BY, raising=False)
    dag = _read_the_file()
    assert dag.schedule is None
    assert "`CSC_ETL_FIGURES_BY` is not set" in dag.doc_md


def test_an_hour_that_is_none_keeps_the_dag_from_being_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(settings.FIGURES_BY, "7 o'clock")
    with pytest.raises(WrongUsage, match="is no time of day"):
        _read_the_file()


@IN_PROCESS
@pytest.mark.slow
def test_airflow_tells_whose_figures_are_late(
    councils: None, dag_bag: Any, airflow_database: None
) -> None:
    _write_runs(date(2026, 11, 29), of_900="loaded")
    run = dag_bag.dags["figures_due"].test(logical_date=MORNING)
    assert run.state == "success"
    ((text, _),) = Remembering.said
    assert "907 Eastmere: no run has loaded it" in text


def test_a_run_that_is_triggered_with_what_is_no_parameter_is_refused(
    councils: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _of_run(monkeypatch, MORNING, date="2026-11-28")
    with pytest.raises(WrongUsage, match="what is no parameter: date"):
        telling.tell_of_figures_due()
    assert not Remembering.said
