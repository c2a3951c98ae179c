"""A failed task in words: which council's, what happened, what it means and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk.exceptions import AirflowTaskTerminated, AirflowTaskTimeout

from etl.errors import NightError, UnexpectedFault, without_values
from etl.log import logger
from etl.schedule.notifiers import Told

_CHANGES_WHOLE = (
    "The warehouse changes whole or not at all; `csc-etl status` shows its last nights."
)


def failure_told(context: Mapping[str, Any]) -> Told:
    """The message of a failed task. context: what Airflow tells its callbacks; of a task whose
    process was lost there is little in it, and no exception."""
    ti = context["ti"]
    council = _council(context)
    task = ti.task_id.rsplit(".", 1)[-1]
    la_code = council.get("la_code")
    day = _day(context, council)
    name = f"{la_code} {council.get('name', '')}".rstrip() if la_code else None
    lines = [
        *([f"Council: {name}"] if name else []),
        f"DAG: {ti.dag_id}, run {ti.run_id}",
        f"Task: {ti.task_id}, try {ti.try_number}",
        "",
        str(_in_four_parts(context.get("exception"), f"{ti.dag_id}, {ti.task_id}")),
        "",
        f"Log: {getattr(ti, 'log_url', 'in Airflow, at the task')}",
    ]
    return Told(
        "failure",
        f"csc-etl: {f'{la_code} ' if la_code else ''}{task} failed ({ti.dag_id}, {in_words(day)})",
        "\n".join(lines),
        la_code,
    )


def given_up_told(context: Mapping[str, Any]) -> Told:
    """The message of a run that was not done in its time. context: what Airflow tells a DAG's
    callback; of such a run there may be no task in it."""
    dag_id, run_id = context["dag"].dag_id, _run_id(context)
    fault = UnexpectedFault(
        "The run took longer than it may, and was ended: what was not done is skipped (pink), the "
        "telling too.",
        where=f"{dag_id}, run {run_id}",
        means=_CHANGES_WHOLE,
        next="See which tasks are skipped: the DAG was paused, no worker was free, or one of them "
        "stood still. Once that is mended, clear them; a missed night needs no repair for today's "
        "figures.",
    )
    lines = [f"DAG: {dag_id}, run {run_id}", "", str(fault)]
    return Told("failure", f"csc-etl: a run was given up ({dag_id}, {run_id})", "\n".join(lines))


def _run_id(context: Mapping[str, Any]) -> str:
    return str(context.get("run_id") or context["ti"].run_id)


def why_of(context: Mapping[str, Any]) -> dict[str, str] | None:
    """What a failed task leaves for the summary of its night: the kind of its error and what it
    said. None where there is no error."""
    if "exception" not in context:
        return None
    error = _in_four_parts(context["exception"], "")
    return {"kind": type(error).__name__, "what": error.what}


def in_words(day: date) -> str:
    """29 November 2026."""
    return f"{day.day} {day:%B %Y}"


def _council(context: Mapping[str, Any]) -> dict[str, str]:
    """What the task was given of its council; in the callback of a lost process, where the
    arguments are not resolved, what the DAG's list says."""
    ti = context["ti"]
    task = getattr(ti, "task", None)
    given = [getattr(task, "night", None), *(getattr(task, "op_args", None) or ())]
    for each in given:
        if isinstance(each, Mapping) and "la_code" in each:
            return {str(name): str(value) for name, value in each.items()}
    shown = context.get("la_code") or getattr(ti, "rendered_map_index", None)
    return {"la_code": str(shown)} if shown else _council_listed(ti)


def _council_listed(ti: Any) -> dict[str, str]:
    """The council by its place in the list that the DAG's first task, ``find_...``, gave."""
    dag = getattr(getattr(ti, "task", None), "dag", None)
    finders = [task_id for task_id in getattr(dag, "task_ids", ()) if task_id.startswith("find_")]
    number = getattr(ti, "map_index", -1)
    if not finders or number is None or number < 0:
        return {}
    try:
        listed = ti.xcom_pull(task_ids=finders[0], map_indexes=-1) or []
    except Exception as error:  # a message without a council is better than none
        logger.warning("which council it was is not known (%s)", type(error).__name__)
        return {}
    return dict(listed[number]) if number < len(listed) else {}


def _day(context: Mapping[str, Any], council: Mapping[str, str]) -> date:
    """The extract date where there is one, else the day of the run in London."""
    asked = council.get("extract_date") or (context.get("params") or {}).get("extract_date")
    with suppress(ValueError):  # one that is no day is what failed
        return date.fromisoformat(str(asked))
    run = context["dag_run"]
    moment: datetime = run.logical_date or run.run_after
    return moment.astimezone(ZoneInfo("Europe/London")).date()


def _in_four_parts(error: object, where: str) -> NightError:
    """The error, or what stands for one that is not ours: its words may quote a record."""
    if isinstance(error, NightError):
        return error
    if isinstance(error, AirflowTaskTimeout):
        return UnexpectedFault(
            "The task took longer than it may, and was ended.",
            where=where,
            means=_CHANGES_WHOLE,
            next="See in its log where it stood still: the database, the disk or the network. Then "
            "clear the task: it begins anew.",
        )
    if isinstance(error, AirflowTaskTerminated):
        return UnexpectedFault(
            "The task was ended from outside: by somebody in Airflow, or as its machine shut down.",
            where=where,
            means=_CHANGES_WHOLE,
            next="Nothing, where that was meant. Else clear the task: it begins anew.",
        )
    if isinstance(error, Exception):
        return without_values(error, where)
    return UnexpectedFault(
        "The task's process ended without a word: killed, out of memory, or its machine went away.",
        where=where,
        means=_CHANGES_WHOLE,
        next="See the machine's own log (memory, restarts). Then clear the task: it begins anew.",
    )
