"""With OpenLineage's provider installed and told where to, Airflow reports each task of a night and
no value of a record; not told, the provider is silent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nights.marking import MARK

from etl.night.tasks import TASKS

NIGHT = date(2026, 4, 2)
TRANSPORT = "AIRFLOW__OPENLINEAGE__TRANSPORT"
DISABLED = "AIRFLOW__OPENLINEAGE__DISABLED"
ONE_NIGHT = f"""
import os, sys
from datetime import UTC, datetime
from airflow.utils.db import initdb
from airflow.dag_processing.dagbag import DagBag
initdb()
run = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags["nightly_load"].test(
    logical_date=datetime({NIGHT.year}, {NIGHT.month}, {NIGHT.day}, tzinfo=UTC),
    run_conf={{"extract_date": "{NIGHT}", "new_warehouse": True}},
)
sys.exit(run.state != "success")
"""
LISTENING = """
from airflow.providers.openlineage.plugins.openlineage import OpenLineageProviderPlugin
print(len(OpenLineageProviderPlugin.listeners))
"""


def in_a_process(program: str, home: Path, told: Mapping[str, str]) -> str:
    """What a program prints in an Airflow of its own, where the provider is not disabled."""
    known = {name: value for name, value in os.environ.items() if name != DISABLED}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**known, "AIRFLOW_HOME": str(home), **told},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"{ran.stdout[-4000:]}\n{ran.stderr[-4000:]}"
    return ran.stdout + ran.stderr


def to_a_file(file: Path) -> dict[str, str]:
    return {TRANSPORT: json.dumps({"type": "file", "log_file_path": str(file), "append": True})}


def test_the_provider_listens_only_where_it_is_told_where_to_report(tmp_path: Path) -> None:
    told = in_a_process(LISTENING, tmp_path, to_a_file(tmp_path / "events.json"))
    untold = in_a_process(LISTENING, tmp_path, {})
    assert (told.split()[-1], untold.split()[-1]) == ("1", "0")


@pytest.mark.slow
def test_each_task_of_a_night_is_reported_without_any_value_of_a_record(
    marked: Path, tmp_path: Path
) -> None:
    file = tmp_path / "events.json"
    said = in_a_process(ONE_NIGHT, tmp_path / "airflow", to_a_file(file))
    reported = file.read_text(encoding="utf-8")
    events: list[dict[str, Any]] = [json.loads(line) for line in reported.splitlines()]
    happened = {(event["job"]["name"], event["eventType"]) for event in events}
    for task in ("find_nights", *(f"one_authority.{name}" for name in TASKS)):
        for kind in ("START", "COMPLETE"):
            assert (f"nightly_load.{task}", kind) in happened
    assert "FAIL" not in {kind for _, kind in happened}
    assert "csc-etl://warehouse" in reported
    for secret in (MARK, os.environ["CSC_ETL_PSEUDONYM_KEY"]):
        assert secret not in reported
    assert "Failed to extract OpenLineage metadata" not in said
