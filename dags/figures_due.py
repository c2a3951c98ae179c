"""The hour by which figures should be there, as an Airflow DAG: wiring alone. What its task does is
in ``etl.schedule.telling``. It is no part of the nightly DAG: it tells too where that is paused."""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, Param, dag, task

from etl import settings
from etl.schedule.every_task import EVERY_TASK, START
from etl.schedule.telling import tell_of_figures_due

BY = settings.figures_by()
WHEN = (
    f"every day at {BY:%H:%M} London time (`{settings.FIGURES_BY}`)."
    if BY
    else f"never, as `{settings.FIGURES_BY}` is not set. Set it to an hour, such as 07:00, for "
    "Airflow's scheduler and workers; until then the DAG only runs by hand."
)
ABOUT = f"""
Tells which councils have no loaded night of the day at the hour by which figures should be there.

* **When:** {WHEN}
* **Who is told:** the addresses in `{settings.MAIL_TO}` and the notifiers in
  `{settings.NOTIFIERS}`: one message that names every council that is late, and why: stopped by a
  check, taken back, or neither: then its extract did not come, or its task failed or is not done.
  Nobody is told where every council is loaded; the log says so.
* **It asks the warehouse**, not the runs of `nightly_load`: it tells as well where that DAG is
  paused, or never ran.
* **Green:** it has looked, and told what there was to tell: also where figures are late. What is
  late is in the log, and in the message.
* **Failed (red):** it could not tell. Read the end of the log. Mail server out of reach: tried
  again every 10 minutes for an hour.
* **By hand:** trigger it, with `extract_date` for another day.
"""


@dag(
    dag_id="figures_due",
    schedule=CronTriggerTimetable(f"{BY.minute} {BY.hour} * * *", timezone="Europe/London")
    if BY
    else None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=["csc-etl", "nightly"],
    description="Tells whose figures are late at the hour by which they should be there.",
    doc_md=ABOUT,
    params={
        "extract_date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The day whose nights are looked for; empty: the day of the run in London.",
        ),
    },
    default_args=EVERY_TASK,
)
def figures_due() -> None:
    """Whose figures are late."""
    task(tell_of_figures_due, task_id="tell")()


figures_due()
