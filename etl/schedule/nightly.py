"""What the tasks of the nightly DAG do. Light until a task runs: Airflow reads a DAG's file, and so
this, every minute and in every task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from etl import settings
from etl.errors import ConnectionFault, NightError, without_values
from etl.log import of_run
from etl.night.begin import authority_of, begin
from etl.night.tasks import TASKS, Task
from etl.night.walk import run_task
from etl.run import Run, clear_work, new_run_id
from etl.schedule.connections import WAREHOUSE, airflow_variable, warehouse_url
from etl.schedule.councils import authority_files, code_in

TIMEZONE = "Europe/London"


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
    passed_on: dict[str, str], name: Task, try_number: int
) -> tuple[Run, tuple[Task, ...]]:
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


def tonight() -> list[dict[str, str]]:
    """The authorities, and for each where the extract of the run should be. Raises WrongUsage
    where there is no warehouse, and none was asked for."""
    from etl.warehouse import warehouse_to_load

    context: Any = get_current_context()
    warehouse_to_load(warehouse_url(), may_be_new=context["params"]["new_warehouse"])
    night = date_of_night(
        context["params"]["extract_date"],
        context.get("data_interval_end"),
        context["dag_run"].run_after,
    )
    return nights_of(settings.schedule(), night)


def one_task(passed_on: dict[str, str], name: Task) -> dict[str, str]:
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


def write_worklists(passed_on: dict[str, str]) -> dict[str, int]:
    """The body of the task after a loaded night: its council's work lists, each team's a page, in
    a folder of its own. Returns how many there are; the night stands whatever becomes of them."""
    context: Any = get_current_context()
    context["la_code"] = passed_on["la_code"]
    folder = settings.worklists_folder()
    if folder is None:
        raise AirflowSkipException(
            f"{settings.WORKLISTS_FOLDER} is not set: no work lists are written."
        )
    with of_run(passed_on["run_id"]):
        return {"lists": _written_lists(folder, passed_on["la_code"])}


def _written_lists(folder: Path, la_code: str) -> int:
    from etl.worklist.write import write_lists

    try:
        made = write_lists(
            warehouse_url(), folder / la_code, done_at=datetime.now(UTC), la_code=la_code
        )
    except NightError:
        raise
    except Exception as error:  # its message could quote a record
        raise without_values(error, f"work lists, authority {la_code}") from None
    return len(made.files)
