"""A night that Airflow loads into PostgreSQL, by a connection and a secret that Airflow keeps; and
what Airflow then has of the children and the passwords: nothing.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from nights.marking import MARK, everything_logged
from servers.postgresql import Server
from sqlalchemy import make_url

from etl import settings
from etl.errors import WrongUsage
from etl.run import Arrival, Run

NIGHT = date(2026, 4, 2)
ARRIVAL = Arrival("liquidlogic_files", Path("2026-04-02"), NIGHT)
PASSWORD = "a-password-of-the-tests"
KEY = "a pseudonym key that Airflow keeps"
pytestmark = [
    pytest.mark.slow,
    # Airflow's in-process API server imports Starlette's test client, which wants a library that
    # Airflow does not install.
    pytest.mark.filterwarnings(
        "ignore:Using `httpx` with `starlette.testclient`"
        ":starlette.exceptions.StarletteDeprecationWarning"
    ),
]


@pytest.fixture
def kept_by_airflow(
    schedule_folder: Path, monkeypatch: pytest.MonkeyPatch, postgresql_server: Server
) -> str:
    """The settings name a connection; it and the key are Airflow's. Returns the database's URL."""
    url = postgresql_server.new_database()
    connection = make_url(url).set(password=PASSWORD).render_as_string(hide_password=False)
    monkeypatch.setenv("AIRFLOW_CONN_CSC_WAREHOUSE", connection)
    monkeypatch.setenv("AIRFLOW_VAR_CSC_ETL_PSEUDONYM_KEY", KEY)
    monkeypatch.setenv("CSC_ETL_WAREHOUSE", "airflow://csc_warehouse")
    monkeypatch.delenv("CSC_ETL_PSEUDONYM_KEY")
    return url


def airflows_own(folder: Path) -> bytes:
    """Every byte that Airflow wrote: its database and its logs."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    return b"".join(path.read_bytes() for path in files)


def run_night(dag_bag: Any, day: int) -> Any:
    return dag_bag.dags["nightly_load"].test(
        logical_date=datetime(2026, 4, day, 2, tzinfo=UTC),
        run_conf={"extract_date": NIGHT.isoformat(), "new_warehouse": day == 2},
    )


def test_airflow_loads_postgresql_and_keeps_neither_marker_password_nor_key(
    dag_bag: Any, airflow_database: None, kept_by_airflow: str, marked: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with everything_logged() as logged:
        loaded = run_night(dag_bag, 2)
        (marked / "DIM_PERSON.csv").write_text("")
        (marked / "FACT_S47.csv").write_text(f'"{MARK}')
        (marked / "READY").touch()  # whole again, after what was put there since
        stopped = run_night(dag_bag, 3)
    assert (loaded.state, stopped.state) == ("success", "failed")
    with psycopg.connect(kept_by_airflow) as connection:
        runs = connection.execute("select status from audit.load_run order by started_at")
        assert [status for (status,) in runs] == ["loaded", "stopped"]
    said = "".join((*capfd.readouterr(), logged.getvalue()))
    assert "landed" in said
    held = airflows_own(Path(os.environ["AIRFLOW_HOME"]))
    for secret in (MARK, PASSWORD, KEY):
        assert secret not in said
        assert secret.encode() not in held


def test_what_passes_between_tasks_names_no_url(
    nightly_load: ModuleType, kept_by_airflow: str, tmp_path: Path
) -> None:
    run = Run("900-2026-04-02-abcdef", "900", ARRIVAL, tmp_path, "secret", tmp_path, tmp_path)
    assert "secret" not in run.to_json().values()
    assert PASSWORD in nightly_load.warehouse_url()


def test_a_connection_that_airflow_does_not_know_is_wrong_usage(
    nightly_load: ModuleType, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSC_ETL_WAREHOUSE", "airflow://nobody_made_it")
    with pytest.raises(WrongUsage, match="no connection of the name"):
        nightly_load.warehouse_url()


def test_without_a_key_in_either_place_no_night_begins(
    nightly_load: ModuleType, kept_by_airflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_VAR_CSC_ETL_PSEUDONYM_KEY")
    with (
        settings.secrets_from(nightly_load.airflow_secret),
        pytest.raises(WrongUsage, match="CSC_ETL_PSEUDONYM_KEY is not set"),
    ):
        settings.pseudonym_key()
