"""An Airflow of the tests' own. Its settings must stand before anything imports Airflow."""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="csc-etl-airflow-"))
atexit.register(shutil.rmtree, AIRFLOW_HOME, ignore_errors=True)
os.environ |= {
    "AIRFLOW_HOME": str(AIRFLOW_HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    # The developers' lock has its provider; test_openlineage.py lets it work, in another process.
    "AIRFLOW__OPENLINEAGE__DISABLED": "True",
}

AUTHORITY = """
[authority]
la_code = "900"
name = "Westmere"

[source]
kind = "liquidlogic_files"
"""


@pytest.fixture(scope="session")
def dag_bag() -> Any:
    """The DAG folder as Airflow reads it."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's own database, empty."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture(scope="session")
def nightly_load() -> ModuleType:
    """What the nightly DAG's tasks do."""
    return importlib.import_module("etl.schedule.nightly")


@pytest.fixture(scope="session")
def asking() -> ModuleType:
    """How a run of the nightly DAG is understood."""
    return importlib.import_module("etl.schedule.asked")


@pytest.fixture(scope="session")
def monthly_report() -> ModuleType:
    """What the monthly DAG's tasks do."""
    return importlib.import_module("etl.schedule.monthly")


@pytest.fixture
def schedule_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one authority's file and no extract, and the settings that name it."""
    authorities = tmp_path / "authorities"
    authorities.mkdir()
    (authorities / "westmere.toml").write_text(AUTHORITY)
    monkeypatch.setenv("CSC_ETL_AUTHORITIES", str(authorities))
    monkeypatch.setenv("CSC_ETL_EXTRACTS", str(tmp_path / "extracts"))
    monkeypatch.setenv("CSC_ETL_WAREHOUSE", f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    monkeypatch.setenv("CSC_ETL_LANDING", str(tmp_path / "landing"))
    monkeypatch.setenv("CSC_ETL_PSEUDONYM_KEY", "a key of the tests, no secret")
    return tmp_path


@pytest.fixture
def westmere(schedule_folder: Path) -> Path:
    """Westmere's file, as the settings name it."""
    return schedule_folder / "authorities" / "westmere.toml"


@pytest.fixture
def marked(schedule_folder: Path, westmere: Path) -> Path:
    """Westmere's extract of 2 April 2026 with a marker in every column, which the authority's
    limits let pass."""
    from nights.marking import LIMITS, mark_every_column

    from etl.demo import write_extract

    westmere.write_text(westmere.read_text() + LIMITS)
    extracts = schedule_folder / "extracts" / "900"
    extract = write_extract(extracts, children=1000, extract_date=date(2026, 4, 2))
    (extract / "MANIFEST.csv").unlink()
    mark_every_column(extract)
    (extract / "READY").touch()
    return extract
