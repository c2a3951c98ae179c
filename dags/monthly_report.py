"""The monthly report as an Airflow DAG: wiring alone. What its tasks do is in
``etl.schedule.monthly``: it freezes a month's measures once their day has come, and writes the
report of them."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task, task_group

from etl.schedule.connections import WAREHOUSE
from etl.schedule.every_task import EVERY_TASK, START
from etl.schedule.monthly import find_authorities, freeze_months, write_reports
from etl.schedule.telling import tell_of_run_given_up

ABOUT = """
Freezes each council's monthly measures on the day they are published, so that they can be told
from what they become later.

* **When:** after every night that `nightly_load` loads, for the councils whose nights these were. A
  month is due on that working day of the next month which the council's file sets
  (`freeze_working_day` in `[publication]`).
* **What:** every month that is due and has no freeze called `2014-10 published`, say, is frozen
  under that label, as known on the first extract of its day or later. Later nights do not matter.
* **Report:** of each month of the last year that was frozen, both editions, internal and public,
  go into the council's folder below `CSC_ETL_REPORTS` (default: `reports/` beside a warehouse
  file), if they are not there; the log says where.
* **Skipped (pink):** the council has no night yet, or nothing is due that is not frozen already.
* **Failed (red):** read the end of the task's log. One council's failure stops no other.
  Disk or database out of reach: tried again every 10 minutes for an hour.
* **A missed run** needs no repair: the next one freezes the same. So does a run by hand, at any
  time, which is for every council; what is frozen already is never changed.
* **Not frozen:** months whose day was before the council's first extract.
"""


ABOUT_FINDING = """
Lists the councils whose nights were loaded; of a run by hand all of them. **Red:** a setting is
wrong: nothing was begun. Mend it, then clear this task.
"""
ABOUT_FREEZING = """
Keeps the figures of each month that is due, as published, for ever. **Pink:** none is due, or no
night is loaded. **Red:** nothing was frozen; the log says why. Clear the task, or leave it: the
next run does the same.
"""
ABOUT_REPORTS = """
Writes both editions of the report of each frozen month that has none. **Pink:** all are there.
**Red:** the freeze stands; the log says which report could not be written and why. Clear the task.
"""
COUNCIL = "{{ task.op_args[0]['la_code'] }}"


@task_group
def one_authority(council: dict[str, str]) -> None:
    """A council's months that are due, then the reports of those that are frozen: they are written
    where nothing was due too, and not where the freeze failed."""
    frozen = task(freeze_months, map_index_template=COUNCIL, doc_md=ABOUT_FREEZING)(council)
    written = task(
        write_reports,
        map_index_template=COUNCIL,
        trigger_rule="none_failed",
        doc_md=ABOUT_REPORTS,
    )(council)
    frozen >> written


@dag(
    dag_id="monthly_report",
    description="Each council's monthly figures kept on their day, and the report of them",
    schedule=[WAREHOUSE],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=1),
    on_failure_callback=tell_of_run_given_up,
    tags=["csc-etl", "monthly"],
    doc_md=ABOUT,
    default_args=EVERY_TASK,
)
def monthly_report() -> None:
    """Every council's months that are due, and their reports."""
    one_authority.expand(council=task(find_authorities, doc_md=ABOUT_FINDING)())


monthly_report()
