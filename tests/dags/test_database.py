"""A council whose records are asked of a database: nothing is waited for, and of its URL and its
children Airflow has nothing afterwards."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from doors.filling import fill
from nights.bad.whole import whole
from nights.marking import LIMITS, MARK, everything_logged
from servers.postgresql import Server
from sqlalchemy import make_url

from etl import settings
from etl.errors import NotArrived, WrongUsage

NIGHT = date(2014, 11, 3)
PASSWORD = "a-password-of-the-source"
CONNECTION = "airflow://liquidlogic"
pytestmark = [
    pytest.mark.slow,
    # Airflow's in-process API server wants a library that Airflow does not install.
    pytest.mark.filterwarnings(
        "ignore:Using `httpx` with `starlette.testclient`"
        ":starlette.exceptions.StarletteDeprecationWarning"
    ),
]


@pytest.fixture
def council(schedule_folder: Path) -> Path:
    """Its file, which names a connection of Airflow's."""
    path = schedule_folder / "authorities" / "westmere.toml"
    said = path.read_text(encoding="utf-8")
    kind = f'"liquidlogic_database"\nconnection = "{CONNECTION}"'
    path.write_text(said.replace('"liquidlogic_files"', kind) + LIMITS, encoding="utf-8")
    return path


@pytest.fixture
def asked(
    council: Path, postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The database that the connection leads to; returns its URL."""
    url = postgresql_server.new_database()
    fill(url, whole(tmp_path / "whole"))
    with_password = make_url(url).set(password=PASSWORD)
    monkeypatch.setenv(
        "AIRFLOW_CONN_LIQUIDLOGIC", with_password.render_as_string(hide_password=False)
    )
    return url


def a_night(council: Path, how: str = "load", day: date = NIGHT) -> dict[str, str]:
    """What the group of tasks of the council is given."""
    return {
        "la_code": "900", "name": "Westmere", "how": how, "authority_file": str(council),
        "extract": "nowhere", "extract_date": day.isoformat(),
    }  # fmt: skip


def wait(night: dict[str, str]) -> None:
    from etl.schedule.arrival import ExtractSensor

    ExtractSensor(task_id="wait_for_extract", night=night).execute({})


def test_nothing_is_waited_for(
    council: Path, nightly_load: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.schedule import arrival

    said: list[str] = []
    for level in ("info", "warning"):
        monkeypatch.setattr(arrival.logger, level, lambda text, *of: said.append(text % of))
    wait(a_night(council))
    assert said == [
        "the database is asked today for the night of 2014-11-03",
        "the records are asked of a database: there is no extract to wait for",
    ]


def test_a_missed_night_cannot_be_put_in_its_place(council: Path) -> None:
    with pytest.raises(NotArrived) as missed:
        wait(a_night(council, how="backfill"))
    assert "holds the records as they are now" in missed.value.what


def test_the_run_says_that_nothing_arrived_and_no_url(
    nightly_load: ModuleType, council: Path, asked: str
) -> None:
    with settings.secrets_from(nightly_load.airflow_secret):
        run = nightly_load.begun(a_night(council))
    assert (run.arrival.where, run.extract_date) == (None, NIGHT)
    assert PASSWORD not in str(run.to_json())


def test_a_connection_that_airflow_does_not_know_is_wrong_usage(
    nightly_load: ModuleType, council: Path
) -> None:
    with (
        settings.secrets_from(nightly_load.airflow_secret),
        pytest.raises(WrongUsage, match=r"no connection of the name in \[source\]"),
    ):
        nightly_load.begun(a_night(council))


def test_airflow_loads_it_by_its_connection_and_keeps_neither_marker_nor_password(
    dag_bag: Any, airflow_database: None, asked: str, schedule_folder: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with everything_logged() as logged:
        run = dag_bag.dags["nightly_load"].test(
            logical_date=datetime(2026, 4, 5, 2, tzinfo=UTC),
            run_conf={"extract_date": NIGHT.isoformat(), "new_warehouse": True},
        )
    assert run.state == "success"
    with duckdb.connect(schedule_folder / "warehouse.duckdb", read_only=True) as warehouse:
        loaded = warehouse.sql("select status, extract_date from audit.load_run").fetchall()
    assert loaded == [("loaded", NIGHT)]
    said = "".join((*capfd.readouterr(), logged.getvalue()))
    home = Path(os.environ["AIRFLOW_HOME"])
    held = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for secret in (PASSWORD, MARK):
        assert secret not in said
        assert secret.encode() not in held
