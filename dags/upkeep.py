"""What a warehouse needs beside its nights, as an Airflow DAG: wiring alone. What its tasks do is
in ``etl.schedule.upkeep``."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task

from etl.schedule.every_task import EVERY_TASK, START
from etl.schedule.telling import tell_of_run_given_up
from etl.schedule.upkeep import (
    TIMEZONE,
    find_councils,
    remove_task_logs,
    remove_what_is_old,
    take_backup,
    tell_warnings,
)

ABOUT = """
Takes a backup, removes what is older than it may be kept, and tells of what will go wrong.

* **When:** every day at 12:00 London time, when the nights are loaded. It may be triggered by hand
  at any time; running it twice is safe.
* **Its tasks do not wait for each other**, and the failure of one stops no other. Those that write
  into the warehouse take turns with a night that loads.
* **Skipped (pink):** nothing was to be done, or a setting that says where is not set; the log says
  which.
* **Failed (red):** read the end of the task's log: what, where, what it means, what to do. No night
  is touched by it. Disk or database out of reach: tried again every 10 minutes for an hour.
* **A missed run** needs no repair: the next one does the same.
* **How long what is kept**, and the same without Airflow: docs/upkeep.md.
"""
ABOUT_BACKUP = """
Copies the whole warehouse, every council's, into a folder of its own below `CSC_ETL_BACKUPS`, reads
the copy back, and then removes the copies that are older than `CSC_ETL_KEEP_BACKUPS_DAYS` (35).
**Pink:** `CSC_ETL_BACKUPS` is not set, or nothing was ever loaded. **Red:** there is no new backup
and none was removed; the log says why. Free space, or mend what it names, then clear this task.
Take the folders to another machine: this task does not.
"""
ABOUT_FINDING = """
Lists the councils. **Red:** a setting is wrong: nothing was removed of any council. Mend it, then
clear this task.
"""
ABOUT_RETENTION = """
Removes a council's landed nights and identities that are older than `landing_months` of its file,
pages of checks (`CSC_ETL_KEEP_PAGES_MONTHS`, 24) and the audit's lines of single records, columns
and checks (`CSC_ETL_KEEP_AUDIT_MONTHS`, 24), at most once a week; in a run by hand now. Figures and
history stay. `audit.privacy_action` has a line for each. **Pink:** nothing is too old, or it was
done this week. **Red:** what is too old may still be there; the log
says why. Clear this task once that is mended: it finishes what was begun.
"""
ABOUT_LOGS = """
Removes the logs of these DAGs' tasks that are older than `CSC_ETL_KEEP_LOGS_DAYS` (90) from
Airflow's folder of logs, and of no other DAG's. **Pink:** none is so old, or the logs are not in a
folder of the worker. **Red:** a folder's permissions are wrong; no night depends on it.
"""
ABOUT_WARNINGS = """
Looks for what will stop a night or goes unnoticed: a calendar that ends, targets that are not set,
a rule that is no longer the one signed, a council's file that says nothing of retention, a backup
that is overdue, a warehouse that needs `csc-etl upgrade`. Each is in the log every day; on Mondays,
and in a run by hand, it is told to whom the settings name. **Green:** it has looked, also where it
found something. **Red:** it could not be sent.
"""


@dag(
    dag_id="upkeep",
    description="A backup, an end to what is too old, and what will go wrong",
    schedule=CronTriggerTimetable("0 12 * * *", timezone=TIMEZONE),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=1),
    on_failure_callback=tell_of_run_given_up,
    tags=["csc-etl", "upkeep"],
    doc_md=ABOUT,
    default_args=EVERY_TASK | {"do_xcom_push": False},
)
def upkeep() -> None:
    """Four things, none of which hangs on another."""
    task(take_backup, doc_md=ABOUT_BACKUP)()
    # What the others are told of the councils.
    councils = task(find_councils, do_xcom_push=True, doc_md=ABOUT_FINDING)()
    task(
        remove_what_is_old,
        map_index_template="{{ task.op_kwargs['council']['la_code'] }}",
        doc_md=ABOUT_RETENTION,
    ).expand(council=councils)
    task(remove_task_logs, doc_md=ABOUT_LOGS)()
    task(tell_warnings, doc_md=ABOUT_WARNINGS)()


upkeep()
