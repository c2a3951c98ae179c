"""The monthly report as an Airflow DAG: it freezes a month's measures once their day has come.

Thin: what is due, and what a freeze stores, is in ``etl.publish.freezes``. As in every DAG file,
heavy imports are inside a function that a task calls.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from etl import settings
from etl.errors import NightError, without_values
from etl.log import of_run
from etl.night.steps import authority_of, records, titles
from etl.schedule.connections import (
    RETRYING,
    START,
    WAREHOUSE,
    authority_files,
    code_in,
    warehouse_url,
)

ABOUT = """
Freezes each council's monthly measures on the day they are published, so that they can be told
from what they become later.

* **When:** after every night that `nightly_load` loads. A month is due on that working day of the
  next month which the council's file sets (`freeze_working_day` in `[publication]`).
* **What:** every month that is due and has no freeze called `2014-10 published`, say, is frozen
  under that label, as known on the first extract of its day or later. Later nights do not matter.
* **Skipped (pink):** the council has no night yet, or nothing is due that is not frozen already.
* **Failed (red):** read the end of the task's log. One council's failure stops no other.
  Disk or database out of reach: tried again every 10 minutes for an hour.
* **A missed run** needs no repair: the next one freezes the same. So does a run by hand, at any
  time; what is frozen already is never changed.
* **Not frozen:** months whose day was before the council's first extract.
"""


def freeze_what_is_due(authority_file: Path, *, frozen_at: datetime) -> list[dict[str, str]]:
    """Freeze an authority's months that are due. Returns what was frozen, as text only.

    Raises AirflowSkipException where nothing was, saying why, and NightError.
    """
    with of_run(code_in(authority_file)):
        try:
            return _freeze(authority_file, frozen_at)
        except (AirflowSkipException, NightError):
            raise
        except Exception as error:  # its message could quote a record
            raise without_values(error, f"monthly_report, {authority_file.name}") from None


def _freeze(authority_file: Path, frozen_at: datetime) -> list[dict[str, str]]:
    from etl.publish.freezes import freeze_when_due
    from etl.warehouse import authorities, open_warehouse

    authority, url = authority_of(authority_file), warehouse_url()
    warehouse = open_warehouse(url)
    if not warehouse.exists() or authority.la_code not in authorities(warehouse):
        raise AirflowSkipException(
            f"No night of authority {authority.la_code} is loaded yet: there is nothing to freeze."
        )
    frozen = freeze_when_due(
        url, authority, frozen_at=frozen_at, titles=titles(), records=records()
    )
    if not frozen:
        raise AirflowSkipException(
            f"Authority {authority.la_code} has no month to freeze: none has come to its day, "
            f"working day {authority.freeze_working_day} of the next month, that is not frozen yet."
        )
    return [{name: str(value) for name, value in asdict(made).items()} for made in frozen]


@task
def find_authorities() -> list[str]:
    """The authorities' files."""
    return [str(file) for file in authority_files(settings.schedule())]


@task(map_index_template="{{ la_code }}")
def freeze_months(authority_file: str) -> list[dict[str, str]]:
    """One council's months that are due."""
    context: Any = get_current_context()
    context["la_code"] = code_in(Path(authority_file))
    return freeze_what_is_due(Path(authority_file), frozen_at=datetime.now(UTC))


@dag(
    dag_id="monthly_report",
    schedule=[WAREHOUSE],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["csc-etl", "monthly"],
    doc_md=ABOUT,
    default_args=RETRYING,
)
def monthly_report() -> None:
    """Every council's months that are due."""
    freeze_months.expand(authority_file=find_authorities())


monthly_report()
