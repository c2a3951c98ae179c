"""What the tasks of the nightly DAG do. Light until a task runs: Airflow reads a DAG's file, and so
this, every minute and in every task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import BaseSensorOperator, PokeReturnValue, get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from etl import settings
from etl.councils import councils_in, those_asked_for
from etl.errors import ConnectionFault, NightError, without_values
from etl.log import logger, of_run
from etl.night.begin import asks_a_database, authority_of, begin
from etl.night.tasks import TASKS, Task
from etl.night.walk import check_night, run_task
from etl.run import Run, clear_work, new_run_id
from etl.schedule.arrival import extract_of
from etl.schedule.asked import BACKFILL, DRY_RUN, TIMEZONE, asked_of, nights_of
from etl.schedule.connections import WAREHOUSE, airflow_secret, sftp_login, warehouse_url
from etl.sources.arrival.login import logins_from

# The last task of a night: what follows it follows a loaded night.
LAST: Task = "load"
CHECKS: Task = "check"


class FindNights(BaseSensorOperator):
    """The first task: the nights that the run is asked for, one for each council, are what it gives
    on. It waits, in nobody's slot, for the turn of a run of a backfill."""

    def poke(self, context: Any) -> PokeReturnValue:
        """What Airflow asks again and again until it is done; see ``find_nights``."""
        found = find_nights(context)
        return PokeReturnValue(is_done=found is not None, xcom_value=found)


def find_nights(context: Any) -> list[dict[str, str]] | None:
    """The nights of a run, each as text. None where it is not the run's turn: the runs of a
    backfill go one by one, the earliest day first.

    Raises WrongUsage where the run or the settings ask for what nobody can mean, and where there is
    no warehouse and none was asked for.
    """
    from etl.warehouse import warehouse_to_load

    settings.check_names()
    run = context["dag_run"]
    today = datetime.now(ZoneInfo(TIMEZONE)).date()
    # What a run is triggered with joins its parameters, whether the DAG has such a one or not.
    params = {name: context["params"][name] for name in context["dag"].params}
    asked = asked_of(params, run.conf, run, today)
    schedule = settings.schedule()
    councils = councils_in(schedule.authorities)
    if asked.la_codes:
        councils = those_asked_for(councils, asked.la_codes)
    # With an extract_date the logical date says nothing of the night's place.
    if asked.how == BACKFILL and not params["extract_date"] and _is_another_before(context["ti"]):
        logger.info("a run of an earlier day is under way: this one waits for its end")
        return None
    warehouse_to_load(warehouse_url(), may_be_new=asked.may_be_new)
    return nights_of(schedule, councils, asked)


def _is_another_before(task: Any) -> bool:
    """Whether a run of an earlier logical date is under way. A run without one is before none. One
    that is queued is not waited for: it may itself wait for the place of those that wait here."""
    return task.get_previous_dagrun(state="running") is not None


def one_task(passed_on: dict[str, str], tasks: list[Task]) -> dict[str, str]:
    """The body of each task of a council's night, which walks one of the night's tasks or all of
    them. What it is given and gives on is the night, and from the first on the run that loads it.

    A backfill is one change, with the nights after it: its last task does all of it. A dry run is
    over with its check.
    """
    context: Any = get_current_context()
    with (
        _told_safely(passed_on["la_code"]),
        settings.secrets_from(airflow_secret),
        logins_from(sftp_login),
    ):
        if passed_on["how"] == DRY_RUN:
            return _dry_run(passed_on, tasks)
        _check_warehouse_is_there(passed_on)
        if passed_on["how"] == BACKFILL:
            if LAST not in tasks:
                logger.info("a night is put in its place in one change: the task %s does it", LAST)
                return passed_on
            run = _backfilled(passed_on)
        else:
            run = _walked(passed_on, tasks[-1], context["ti"].try_number)
    if LAST in tasks:
        context["outlet_events"][WAREHOUSE].extra = _account_of(run)
    return passed_on | run.to_json()


def _check_warehouse_is_there(night: dict[str, str]) -> None:
    """Raises ConnectionFault where it went away while the extract was waited for: the night would
    make one of its own, as on a disk that is not mounted, and be the first of all."""
    from etl.warehouse import open_warehouse

    warehouse = open_warehouse(warehouse_url())
    if night.get("may_be_new") or warehouse.exists():
        return
    raise ConnectionFault(
        "The warehouse that was there when the run began is not there any more.",
        where=warehouse.shown(),
        means="Nothing was loaded. No other warehouse was made.",
        next="See that its disk is there, or the database the right one. Airflow tries again.",
    )


def _account_of(run: Run) -> dict[str, str | int | None]:
    """What became of the night, for whoever listens for the event that it is loaded."""
    from etl.answers.accounts import accounts_of, extra_of

    [account] = accounts_of(run.warehouse, [run.la_code], run.extract_date)
    return extra_of(account)


@contextmanager
def _told_safely(la_code: str) -> Iterator[None]:
    """An error in the block that is not ours leaves it without its message, which could quote a
    record."""
    try:
        yield
    except (AirflowSkipException, NightError):
        raise
    except Exception as error:
        raise without_values(error, f"nightly_load, authority {la_code}") from None


def _walked(passed_on: dict[str, str], name: Task, try_number: int) -> Run:
    """The run, after the steps of a task. Raises AirflowSkipException where the extract is loaded
    already."""
    from etl.night.arriving import put_away

    run, names = run_of_try(passed_on, name, try_number)
    for each in names:
        goes_on, _ = run_task(run, each)
        if not goes_on and name == LAST and try_number > 1:
            # Loaded by an earlier try, which was lost before Airflow knew: what follows is owed.
            logger.info("an earlier try had loaded it; what follows a loaded night goes on")
            break
        if not goes_on:
            put_away(run)
            raise AirflowSkipException(
                f"The extract of {run.extract_date} is loaded already; nothing changed."
            )
    if name == LAST:
        put_away(run)
    return run


def run_of_try(
    passed_on: dict[str, str], name: Task, try_number: int
) -> tuple[Run, tuple[Task, ...]]:
    """The run of a try of a task, and the tasks of the night it walks.

    The first task of a council begins the run. A fault removes all that passed between the tasks,
    personal data among it: so a later try walks the night again from its start, as a run of its
    own, since the audit has a line per run. Raises ConnectionFault where what the task before wrote
    is not to be seen from here.
    """
    up_to_here = TASKS[: TASKS.index(name) + 1]
    if "run_id" not in passed_on:
        return begun(passed_on), up_to_here
    run = Run.from_json(passed_on, warehouse=warehouse_url())
    if try_number == 1:
        _check_is_here(run)
        return run, (name,)
    clear_work(run)
    return replace(run, run_id=new_run_id(run.la_code, run.extract_date)), up_to_here


def _check_is_here(run: Run) -> None:
    if run.work.exists():
        return
    raise ConnectionFault(
        "What the task before this one wrote is not here: this worker does not see the folder of "
        "the night that runs.",
        where=str(run.work),
        means="Nothing was loaded. The warehouse is as the last loaded night left it.",
        next="CSC_ETL_LANDING must be storage that every worker shares; or set CSC_ETL_ONE_TASK=1, "
        "so that one task does all of a council's night. Airflow tries again, from the start of "
        "the night.",
    )


def begun(night: dict[str, str]) -> Run:
    """The run of a night whose authority's file is right and whose extract has arrived, if it comes
    as one. Raises ConnectionFault where it is gone again."""
    is_asked = asks_a_database(authority_of(Path(night["authority_file"])))
    extract = None if is_asked else extract_of(night["extract"])
    if extract is None and not is_asked:
        raise ConnectionFault(
            f"The extract of {night['extract_date']} is not there any more, or not to be seen from "
            "this worker.",
            where=night["extract"],
            means="Nothing was loaded. The warehouse is as the last loaded night left it.",
            next="CSC_ETL_EXTRACTS must be a folder that the triggerer and every worker see. "
            "Airflow tries again.",
        )
    return begin(
        extract,
        Path(night["authority_file"]),
        warehouse_url(),
        extract_date=date.fromisoformat(night["extract_date"]),
        landing=settings.schedule().landing,
    )


def _backfilled(night: dict[str, str]) -> Run:
    """Raises AirflowSkipException where the extract is loaded already."""
    from etl.night.backfill import backfill

    run = begun(night)
    if not backfill(run)[0]:
        raise AirflowSkipException(
            f"The extract of {run.extract_date} is loaded already; nothing changed."
        )
    return run


def _dry_run(night: dict[str, str], tasks: list[Task]) -> dict[str, str]:
    """Checks the extract; raises AirflowSkipException in place of a load."""
    if CHECKS in tasks:
        _check_alone(begun(night))
    if LAST in tasks:
        raise AirflowSkipException("A dry run: the extract was checked, and nothing was loaded.")
    return night


def _check_alone(run: Run) -> None:
    """In a folder of its own, gone at the end; the page is kept apart from those of nights that
    were loaded. Raises NightStopped where a check would stop the night."""
    from etl.left_behind import temporary_folder

    with temporary_folder() as folder:
        run = replace(run, landing=folder / "landing", pages=run.pages / "dry-run")
        if check_night(run, settings.pseudonym_key()):
            logger.info("no check stops it; the page of its checks is %s", run.page)
        else:
            logger.info("this very extract is loaded already")


def write_worklists(passed_on: dict[str, str]) -> dict[str, int]:
    """The body of the task after a loaded night: its council's work lists, each team's a page, in
    a folder of its own. Returns how many there are; the night stands whatever becomes of them."""
    folder = settings.worklists_folder()
    if folder is None:
        raise AirflowSkipException(
            f"{settings.WORKLISTS_FOLDER} is not set: no work lists are written."
        )
    with of_run(passed_on["run_id"]), _told_safely(passed_on["la_code"]):
        from etl.worklist.write import write_lists

        made = write_lists(
            warehouse_url(),
            folder / passed_on["la_code"],
            done_at=datetime.now(UTC),
            la_code=passed_on["la_code"],
        )
        return {"lists": len(made.files)}
