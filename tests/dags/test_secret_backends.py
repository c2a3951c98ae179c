"""The pseudonym key and the warehouse's connection, out of a secrets backend of Airflow: what holds
for files holds for Vault and its like, which Airflow asks in the same way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KEY = "a pseudonym key that a secrets backend keeps"
URL = "postgresql://loader:a-password@db.invalid:5432/warehouse"
# A process of its own: Airflow makes its backends when it is first asked.
ASK = """
import json
from etl import settings
from etl.errors import WrongUsage
from etl.schedule.connections import airflow_secret, warehouse_url
with settings.secrets_from(airflow_secret):
    try:
        key = settings.pseudonym_key().decode()
    except WrongUsage as error:
        key = error.what
try:
    url = warehouse_url()
except WrongUsage as error:
    url = error.what
print(json.dumps({"key": key, "url": url}))
"""


@pytest.fixture
def asked(tmp_path: Path) -> dict[str, str]:
    """The environment of a worker whose secrets are in files of a backend."""
    variables, connections = tmp_path / "variables.json", tmp_path / "connections.json"
    variables.write_text(json.dumps({"csc_etl_pseudonym_key": KEY}))
    connections.write_text(json.dumps({"csc_warehouse": URL}))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CSC_ETL_")}
    return kept | {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__SECRETS__BACKEND": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
        "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps(
            {"variables_file_path": str(variables), "connections_file_path": str(connections)}
        ),
        "CSC_ETL_AUTHORITIES": str(tmp_path),
        "CSC_ETL_EXTRACTS": str(tmp_path),
        "CSC_ETL_WAREHOUSE": "airflow://csc_warehouse",
    }


def told(environment: dict[str, str]) -> dict[str, str]:
    ran = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, str] = json.loads(ran.stdout.splitlines()[-1])
    return found


def test_a_secrets_backend_gives_the_key_and_the_connection(asked: dict[str, str]) -> None:
    found = told(asked)
    assert found["key"] == KEY
    assert "loader:a-password@db.invalid:5432/warehouse" in found["url"]


def test_a_file_of_the_worker_comes_before_the_backend(
    asked: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text("a key in a file of the worker\n")
    found = told(asked | {"CSC_ETL_PSEUDONYM_KEY_FILE": str(file)})
    assert found["key"] == "a key in a file of the worker"


def test_what_no_backend_has_is_told_as_missing(asked: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "variables.json").write_text("{}")
    found = told(asked | {"CSC_ETL_WAREHOUSE": "airflow://another"})
    assert found["key"].startswith("CSC_ETL_PSEUDONYM_KEY is not set")
    assert found["url"] == "Airflow has no connection of the name in CSC_ETL_WAREHOUSE."
