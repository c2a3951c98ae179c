"""The nightly load as an Airflow DAG: wiring alone. What its tasks do is in
``etl.schedule.nightly``, what a night does in ``etl.night.steps``."""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronDataIntervalTimetable, Param, dag, task, task_group

from etl.night.tasks import TASKS
from etl.schedule.connections import WAREHOUSE
from etl.schedule.nightly import TIMEZONE, one_task, tonight, write_worklists
from etl.schedule.every_task import EVERY_TASK, START

ABOUT = """
Loads last night's extract of every council into the warehouse and makes its monthly figures.

* **Which councils:** one `.toml` file each in `CSC_ETL_AUTHORITIES`. One council's failure stops
  no other.
* **Which extract:** the folder `<la_code>/<date>` in `CSC_ETL_EXTRACTS`, else `<date>.zip` there.
  The date is the day of the run in London; to load another, trigger the DAG with `extract_date`.
* **Not there yet, or disk or database out of reach:** tried again every 10 minutes for an hour.
* **The first night of all** makes the warehouse: trigger the DAG with `new_warehouse`. Without it,
  a warehouse that is not there is an error, as where its disk is away.
* **Failed at once (red):** read the end of the task's log: what, where, what it means, what to do.
  The warehouse is as the last loaded night left it.
* **Skipped (pink):** this very extract is loaded already. Running a night twice is safe.
* **Work lists:** with `CSC_ETL_WORKLISTS` set to a folder, `write_worklists` then writes what each
  team still owes into `<la_code>` there, readable by Airflow's account alone; without it, it is
  skipped. Where it fails, that task is red and the night is loaded all the same: clear the task.
* **A missed night** needs no repair: each extract holds everything. Nights load in date order.
"""


@task_group
def one_authority(night: dict[str, str]) -> None:
    """One council's night, one task after the other, and its work lists after it."""
    passed_on: Any = night
    for name in TASKS:
        passed_on = task(
            one_task,
            task_id=name,
            map_index_template="{{ la_code }}",
            outlets=[WAREHOUSE] if name == TASKS[-1] else [],
        )(passed_on, name)
    task(write_worklists, map_index_template="{{ la_code }}")(passed_on)


@dag(
    dag_id="nightly_load",
    schedule=CronDataIntervalTimetable("0 2 * * *", timezone=TIMEZONE),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["csc-etl", "nightly"],
    doc_md=ABOUT,
    params={
        "extract_date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The extract to load; empty: the day of the run in London.",
        ),
        "new_warehouse": Param(
            False,
            type="boolean",
            description="Make the warehouse, where there is none yet: for the first night of all.",
        ),
    },
    default_args=EVERY_TASK,
)
def nightly_load() -> None:
    """Every council's night."""
    one_authority.expand(night=task(tonight, task_id="find_nights")())


nightly_load()
