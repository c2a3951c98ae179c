"""The nightly load as an Airflow DAG. Thin: what a night does is listed in ``etl.night``.

Airflow reads this file again in every task process, so it only wires; every heavy import is
inside a task's body.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import (
    CronDataIntervalTimetable,
    Param,
    Variable,
    dag,
    get_current_context,
    task,
    task_group,
)
from airflow.sdk.exceptions import AirflowSkipException

from etl import settings
from etl.errors import ConnectionFault
from etl.night.steps import TASKS, authority_of, begin, run_task
from etl.run import Run, clear_work, new_run_id
from etl.schedule.connections import (
    RETRYING,
    START,
    WAREHOUSE,
    authority_files,
    code_in,
    warehouse_url,
)

TIMEZONE = "Europe/London"

ABOUT = """
Loads last night's extract of every council into the warehouse and makes its monthly figures.

* **Which councils:** one `.toml` file each in `CSC_ETL_AUTHORITIES`. One council's failure stops
  no other.
* **Which extract:** the folder `<la_code>/<date>` in `CSC_ETL_EXTRACTS`, else `<date>.zip` there.
  The date is the day of the run in London; to load another, trigger the DAG with `extract_date`.
* **Not there yet, or disk or database out of reach:** tried again every 10 minutes for an hour.
* **Failed at once (red):** read the end of the task's log: what, where, what it means, what to do.
  The warehouse is as the last loaded night left it.
* **Skipped (pink):** this very extract is loaded already. Running a night twice is safe.
* **A missed night** needs no repair: each extract holds everything. Nights load in date order.
"""


def date_of_night(asked: str | None, interval_end: datetime | None, run_after: datetime) -> date:
    """The extract date of a run: what was asked for, else the day it happens on in London.

    A run by hand has no data interval; then the moment it was asked to start counts.
    """
    if asked:
        return date.fromisoformat(asked)
    return (interval_end or run_after).astimezone(ZoneInfo(TIMEZONE)).date()


def nights_of(schedule: settings.Schedule, night: date) -> list[dict[str, str]]:
    """A small dict for each authority file. Raises WrongUsage where there is none."""
    return [
        {
            "authority_file": str(file),
            "extract": str(schedule.extracts / code_in(file) / night.isoformat()),
            "extract_date": night.isoformat(),
        }
        for file in authority_files(schedule)
    ]


def arrived(extract: Path) -> Path:
    """The extract as a folder, else as a zip. Raises ConnectionFault where it is not there yet."""
    for found in (extract, extract.with_name(f"{extract.name}.zip")):
        if found.exists():
            return found
    raise ConnectionFault(
        f"The extract of {extract.name} has not arrived: there is neither folder nor zip.",
        where=str(extract),
        means="Nothing was loaded yet. The warehouse is as the last loaded night left it.",
        next="Airflow looks again every 10 minutes for an hour. After that, copy the extract "
        "there and clear this task; if no extract was made, ask the systems team.",
    )


def airflow_variable(name: str) -> str | None:
    """A secret of ours that Airflow keeps, by the environment variable's name in small letters."""
    found: str | None = Variable.get(name.lower(), default=None)
    return found


def begun(night: dict[str, str]) -> Run:
    """The run of a night whose authority's file is right and whose extract has arrived."""
    authority_of(Path(night["authority_file"]))
    schedule = settings.schedule()
    return begin(
        arrived(Path(night["extract"])),
        Path(night["authority_file"]),
        warehouse_url(),
        extract_date=date.fromisoformat(night["extract_date"]),
        landing=schedule.landing,
    )


def run_of_try(
    passed_on: dict[str, str], name: str, try_number: int
) -> tuple[Run, tuple[str, ...]]:
    """The run of a try of a task, and the tasks of the night it walks.

    A fault removes all that passed between the tasks, personal data among it. So a later try
    walks the night again from its start, as a run of its own: the audit has a line per run.
    """
    if name == TASKS[0]:
        return begun(passed_on), (name,)
    run = Run.from_json(passed_on, warehouse=warehouse_url())
    if try_number == 1:
        return run, (name,)
    clear_work(run)
    again = replace(run, run_id=new_run_id(run.la_code, run.extract_date))
    return again, TASKS[: TASKS.index(name) + 1]


@task
def find_nights() -> list[dict[str, str]]:
    """The authorities, and for each where tonight's extract should be."""
    context: Any = get_current_context()
    night = date_of_night(
        context["params"]["extract_date"],
        context.get("data_interval_end"),
        context["dag_run"].run_after,
    )
    return nights_of(settings.schedule(), night)


def one_task(passed_on: dict[str, str], name: str) -> dict[str, str]:
    """The body of each task of a group: the first is given a night, the later ones its run."""
    context: Any = get_current_context()
    is_first = name == TASKS[0]
    context["la_code"] = (
        code_in(Path(passed_on["authority_file"])) if is_first else passed_on["la_code"]
    )
    run, names = run_of_try(passed_on, name, context["ti"].try_number)
    for each in names:
        with settings.secrets_from(airflow_variable):
            goes_on, _ = run_task(run, each)
        if not goes_on:
            raise AirflowSkipException(
                f"The extract of {run.extract_date} is loaded already; nothing changed."
            )
    if name == TASKS[-1]:
        context["outlet_events"][WAREHOUSE].extra = {
            "la_code": run.la_code,
            "extract_date": run.extract_date.isoformat(),
        }
    return run.to_json()


@task_group
def one_authority(night: dict[str, str]) -> None:
    """One council's night, one task after the other."""
    passed_on: Any = night
    for name in TASKS:
        passed_on = task(
            one_task,
            task_id=name,
            map_index_template="{{ la_code }}",
            outlets=[WAREHOUSE] if name == TASKS[-1] else [],
        )(passed_on, name)


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
        )
    },
    default_args=RETRYING,
)
def nightly_load() -> None:
    """Every council's night."""
    one_authority.expand(night=find_nights())


nightly_load()
