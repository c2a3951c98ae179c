"""The nightly load as an Airflow DAG: wiring alone. What its tasks do is in
``etl.schedule.nightly``, what a night does in ``etl.night.steps``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, task, task_group

from etl import settings
from etl.night.tasks import TASKS
from etl.schedule.arrival import ExtractSensor
from etl.schedule.connections import WAREHOUSE
from etl.schedule.every_task import EVERY_TASK, START
from etl.schedule.nightly import LAST, FindNights, one_task, write_worklists
from etl.schedule.telling import tell_of_night, tell_of_run_given_up

ABOUT = """
Loads last night's extract of every council into the warehouse and makes its monthly figures.

* **Which councils:** one `.toml` file each in `CSC_ETL_AUTHORITIES`. One council's failure or late
  extract stops no other. A trigger with `councils` takes some of them.
* **Which extract:** the folder `<la_code>/<date>` in `CSC_ETL_EXTRACTS`, else `<date>.zip` there.
  The date is the run's logical date, which is midnight UTC: the run of 24 June loads the extract of
  24 June. A run by hand takes `extract_date`, else today in London.
* **Not there yet, or still being copied:** `wait_for_extract` waits, in no worker's slot, until
  `CSC_ETL_WAIT_UNTIL` (10:00 in London, if it is not set).
* **Disk or database out of reach:** tried again every 10 minutes for an hour.
* **The first night of all** makes the warehouse: trigger the DAG with `new_warehouse`. Without it,
  a warehouse that is not there is an error, as where its disk is away.
* **Failed (red):** read the end of the task's log: what, where, what it means, what to do (Wrap,
  in the log's settings, shows long lines whole). The warehouse is as the last loaded night left it.
* **Skipped (pink):** this very extract is loaded already. Running a night twice is safe.
* **A missed night** needs no repair for today's figures: each extract holds everything. To put it
  in its place in the history, trigger the DAG with `extract_date` and `backfill`, or for several
  `airflow backfill create --dag-id nightly_load --from-date 2026-06-22 --to-date 2026-06-25`,
  which loads the extracts of the 22nd to the 25th, in that order.
* **To try an extract** without loading it: trigger the DAG with `dry_run`.
* **A wrong extract was loaded:** pause the DAG, `csc-etl undo`, then load the right one.
"""
ABOUT_FINDING = """
Lists the councils, and where the extract of each should be. **Red:** a parameter or a setting is
wrong, or there is no warehouse: nothing was begun for any council. Mend it, then clear this task.
The runs of a backfill wait here for each other.
"""
ABOUT_WAITING = """
Waits for the council's extract, and until it is whole, in no worker's slot. **Red:** it did not
come by the hour that is set, or is half copied: the log says which. Once it is there, clear this
task; the rest of the council's night follows by itself. Where a later night of the council is
loaded by then, leave it, or trigger the DAG with `extract_date` and `backfill`.
"""
ABOUT_TASKS = {
    "land": """
Reads the extract as exported into the owner-only landing folder. **Red:** the files are not what
they should be: the log names file and fault. Have the extract written or copied again, then clear
this task. **Pink:** this very extract is loaded already.
""",
    "check": """
Gives the tables our words and tokens, checks them, and works out what was owed and done. **Red:** a
check stopped the night: the log says which, and the page of its checks, named there, shows it. The
warehouse keeps its last loaded night. Have the extract mended, then clear this council's tasks from
`wait_for_extract` on.
""",
    "load": """
Writes new versions, the audit and the monthly figures in one change: all of it or nothing. **Red:**
nothing was loaded; the log says why. Clear this task once that is mended: it begins the council's
night again. **Pink:** a dry run, or this very extract is loaded already. A backfill loads all later
nights again here; where that takes longer than three hours it is ended, nothing changed:
`csc-etl load --backfill` has no such end.
""",
}
ABOUT_LISTS = """
Writes what each team still owes into `<la_code>` below `CSC_ETL_WORKLISTS`, readable by Airflow's
account alone. **Pink:** that is not set. **Red:** the night is loaded all the same; clear the task.
"""
ABOUT_TELLING = """
Tells what became of every council's night, to whom the settings name: so many of so many loaded,
which were stopped or late, and why. **Red:** it could not be sent; the nights are as they are.
"""
PARAMETERS = {
    "extract_date": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Date of the extract",
        description="The extract to load; empty: that of the logical date's day, else of today.",
    ),
    "councils": Param(
        None,
        type=["null", "array"],
        items={"type": "string"},
        title="Councils",
        description="la_codes, one a line, of the councils to load; empty: all of them.",
    ),
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Check the extracts and load nothing; the pages go to dry-run/.",
    ),
    "backfill": Param(
        False,
        type="boolean",
        title="Backfill",
        description="Put a missed night before later ones, which are loaded again after it.",
    ),
    "new_warehouse": Param(
        False,
        type="boolean",
        title="New warehouse",
        description="Make the warehouse, where there is none yet: for the first night of all.",
    ),
}
DAY = timedelta(days=1)
# A label must be known before a task's body runs, so that one that runs or waits shows it too.
COUNCIL = "{{ task.op_args[0]['la_code'] }}"


@task_group
def one_authority(night: dict[str, str]) -> None:
    """One council's night, one task after the other, and its work lists after it."""
    waited_for = ExtractSensor(
        task_id="wait_for_extract",
        night=night,
        map_index_template="{{ task.night['la_code'] }}",
        doc_md=ABOUT_WAITING,
    )
    passed_on: Any = night
    for names in [TASKS] if settings.one_task() else [(name,) for name in TASKS]:
        done = task(
            one_task,
            task_id=names[-1],
            map_index_template=COUNCIL,
            multiple_outputs=False,
            outlets=[WAREHOUSE] if LAST in names else [],
            doc_md=ABOUT_TASKS[names[-1]],
        )(passed_on, list(names))
        if passed_on is night:
            waited_for >> done
        passed_on = done
    task(
        write_worklists,
        map_index_template=COUNCIL,
        multiple_outputs=False,
        do_xcom_push=False,
        doc_md=ABOUT_LISTS,
    )(passed_on)


@dag(
    dag_id="nightly_load",
    description="Every council's extract of last night into the warehouse, and its figures",
    # The logical date is then the extract's: a backfill from one day to another loads their
    # extracts. Waiting for them takes nobody's slot, so that a run may begin hours before.
    schedule=CronTriggerTimetable("0 0 * * *", timezone="UTC"),
    start_date=START,
    catchup=False,
    # A late council's run waits for it; runs of other days need not wait behind that.
    max_active_runs=16,
    dagrun_timeout=DAY,
    on_failure_callback=tell_of_run_given_up,
    tags=["csc-etl", "nightly"],
    doc_md=ABOUT,
    params=PARAMETERS,
    # What is nearest to its end goes first: a council is loaded before the next one is checked.
    default_args=EVERY_TASK | {"weight_rule": "upstream"},
)
def nightly_load() -> None:
    """Every council's night, and what is told of it."""
    nights: Any = FindNights(
        task_id="find_nights",
        mode="reschedule",
        poke_interval=30,
        timeout=DAY,
        doc_md=ABOUT_FINDING,
    ).output
    told: Any = task(tell_of_night, multiple_outputs=False, doc_md=ABOUT_TELLING)(nights)
    # Whatever became of them; it has no part in the run's colour: that somebody was told makes no
    # failed run a good one.
    one_authority.expand(night=nights) >> told.as_teardown()


nightly_load()
