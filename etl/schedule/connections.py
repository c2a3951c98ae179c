"""What the DAGs share. They alone import this, as nothing else here needs Airflow.

Airflow reads a DAG's file again in every task process, so this loads nothing heavy.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Asset, BaseHook, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.exceptions import AirflowNotFoundException

from etl import settings
from etl.errors import ConnectionFault, NightError, WrongUsage

WAREHOUSE = Asset("csc-etl://warehouse")
START = datetime(2026, 1, 1, tzinfo=UTC)
# In CSC_ETL_WAREHOUSE: airflow://<connection id>.
CONNECTION = "airflow://"
RETRIES = 6
RETRY_DELAY = timedelta(minutes=10)
# Only what could not be reached is worth another try: bad data stays bad.
RETRYING: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay": RETRY_DELAY,
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(ConnectionFault, RetryAction.RETRY, RETRY_DELAY, "not reachable yet"),
            RetryRule(NightError, RetryAction.FAIL, reason="trying again would not help"),
        ],
        default=RetryAction.FAIL,
    ),
}


def authority_files(schedule: settings.Schedule) -> list[Path]:
    """The authorities' files. Raises WrongUsage where there is none."""
    files = sorted(schedule.authorities.glob("*.toml"))
    if not files:
        raise WrongUsage(
            "The folder of authority files holds no .toml file.",
            where=str(schedule.authorities),
            means="Nothing was begun.",
            next="Put one file per authority there, or mend CSC_ETL_AUTHORITIES.",
        )
    return files


def code_in(authority_file: Path) -> str:
    """The la_code a file states. A file that cannot be read stands under its own name, so that it
    fails in its own task, which says what is wrong with it, and stops no other council."""
    try:
        return str(tomllib.loads(authority_file.read_text("utf-8-sig"))["authority"]["la_code"])
    except (OSError, ValueError, KeyError, TypeError):
        return authority_file.stem


def warehouse_url() -> str:
    """The warehouse's URL; where the setting names one of Airflow's connections, that one's.

    Asked anew in each task: what passes between tasks is stored, and must hold no password.
    """
    asked = settings.schedule().warehouse
    if not asked.startswith(CONNECTION):
        return asked
    name = asked.removeprefix(CONNECTION)
    try:
        found: str = BaseHook.get_connection(name).get_uri()
    except AirflowNotFoundException:
        raise WrongUsage(
            "Airflow has no connection of the name in CSC_ETL_WAREHOUSE.",
            where=f"connection {name}",
            means="Nothing was begun.",
            next=f"Add it: `airflow connections add {name} --conn-uri postgresql://...`.",
        ) from None
    return found
