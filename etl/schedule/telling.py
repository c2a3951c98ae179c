"""Who runs the nights is told: of a failed task, of each night, and of figures that are late. Light
until a task runs: Airflow reads a DAG's file, and so this, every minute and in every task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow.sdk import get_current_context

from etl import settings
from etl.councils import councils_in
from etl.errors import NightError, without_values
from etl.log import logger
from etl.schedule.asked import check_known
from etl.schedule.connections import warehouse_url
from etl.schedule.failure import failure_told, given_up_told, in_words, why_of
from etl.schedule.notifiers import Told, tell
from etl.schedule.summary import (
    CouncilNight,
    became_of,
    counted,
    failed_of,
    headline,
    text_of_figures_due,
    text_of_night,
)

if TYPE_CHECKING:  # what reads the warehouse is heavy
    from etl.answers.accounts import Account

_GROUP = "one_authority"
_DRY_RUN = "dry run"
_WHY = "why"
# Airflow's own word for it.
_OUT_OF_TIME = "timed_out"


def tell_of_failure(context: Mapping[str, Any]) -> None:
    """What Airflow calls when a task has failed for good. Raises nothing: the task's own error
    stands, and what kept it from being told is logged."""
    with _faults_logged():
        tell(failure_told(context), context)
    with _faults_logged():
        # A lost process has no error, and Airflow keeps nothing that its stand-in leaves.
        if why := why_of(context):
            context["ti"].xcom_push(_WHY, why)


def tell_of_run_given_up(context: Mapping[str, Any]) -> None:
    """What Airflow calls when a run has failed, of which it tells nobody else where that is for its
    time: its tasks are skipped then, and so is the one that tells of the night. Raises nothing."""
    if context.get("reason") == _OUT_OF_TIME:
        with _faults_logged():
            tell(given_up_told(context), context)


@contextmanager
def _faults_logged() -> Iterator[None]:
    try:
        yield
    except NightError as fault:
        logger.error("nobody, or not everybody, was told of the failure:\n%s", fault)
    except Exception as error:  # its message could quote a record
        logger.error("nobody was told of the failure:\n%s", without_values(error, "telling"))


def tell_of_night(nights: Sequence[Mapping[str, str]] | None) -> dict[str, Any]:
    """The body of the task after all councils' nights: tells what became of them, and logs it.

    nights: what ``find_nights`` gave, None where it failed. Returns the text and its counts.
    Raises ConnectionFault where nobody could be told, and what else ``notifiers.tell`` does.
    """
    context: Any = get_current_context()
    dag_id = context["ti"].dag_id
    if not nights:
        said = "No council's night was begun: find_nights failed, and its log says why."
        told = Told("summary", f"csc-etl: no night was begun ({dag_id})", said)
        return _told(told, context) | {"loaded": 0, "of": 0}
    extract_date = date.fromisoformat(nights[0]["extract_date"])
    dry_run = nights[0].get("how") == _DRY_RUN
    became = _became_of_all(nights, extract_date, context["ti"], dry_run=dry_run)
    good = counted(became, dry_run=dry_run)
    done = "would be loaded" if dry_run else "loaded"
    subject = f"csc-etl: {len(good)} of {len(became)} {done} ({dag_id}, {in_words(extract_date)})"
    told = Told("summary", subject, text_of_night(became, dry_run=dry_run))
    return _told(told, context) | {
        "summary": headline(became, dry_run=dry_run),
        "loaded": 0 if dry_run else len(good),
        "of": len(became),
        "held_back": sum(each.account.held_back for each in good),
    }


def _told(told: Told, context: Mapping[str, Any]) -> dict[str, Any]:
    """Logs the message, whoever else is told."""
    for line in filter(None, (told.subject, *told.text.splitlines())):
        logger.info("%s", line)
    return {"subject": told.subject, "text": told.text, "told": tell(told, context)}


def _became_of_all(
    nights: Sequence[Mapping[str, str]], extract_date: date, ti: Any, *, dry_run: bool
) -> list[CouncilNight]:
    states = ti.get_task_states(dag_id=ti.dag_id, task_group_id=_GROUP, run_ids=[ti.run_id])
    accounts = _accounts([night["la_code"] for night in nights], extract_date)
    became = []
    for number, (night, account) in enumerate(zip(nights, accounts, strict=True)):
        of_council = _of_council(states.get(ti.run_id, {}), number)
        why = _why_left(ti, failed_of(of_council), number)
        became.append(became_of(night, of_council, account, why, dry_run=dry_run))
    return became


def _why_left(ti: Any, failed: Sequence[str], number: int) -> Mapping[str, str] | None:
    """What the first failed task of a council left. A lost process left nothing."""
    if not failed:
        return None
    left: Mapping[str, str] | None = ti.xcom_pull(
        task_ids=f"{_GROUP}.{failed[0]}", map_indexes=number, key=_WHY
    )
    return left


def _of_council(states: Mapping[str, str | None], number: int) -> dict[str, str | None]:
    """The states of the tasks of one council, by the tasks' names: Airflow gives them as
    ``one_authority.load_0``, by the council's place in the list."""
    return {
        key.removeprefix(f"{_GROUP}.").removesuffix(f"_{number}"): state
        for key, state in states.items()
        if key.endswith(f"_{number}")
    }


def _accounts(la_codes: Sequence[str], extract_date: date) -> list[Account]:
    """Of a warehouse whose very URL is not known too."""
    from etl.answers.accounts import Account, accounts_of

    try:
        return accounts_of(warehouse_url(), la_codes, extract_date)
    except NightError as error:
        return [Account(code, extract_date, "not_known", error.what) for code in la_codes]


def tell_of_figures_due() -> dict[str, Any]:
    """The body of the task at the hour by which figures should be there: tells which councils have
    no loaded night of the day, one message for all. Nobody is told where all have one.

    Returns the counts. Raises WrongUsage where there is no authority's file, and what
    ``notifiers.tell`` does.
    """
    context: Any = get_current_context()
    run = context["dag_run"]
    check_known(run.conf, context["dag"].params)
    extract_date = day_due(context["params"]["extract_date"], run.logical_date or run.run_after)
    councils = councils_in(settings.schedule().authorities)
    accounts = _accounts([council.la_code for council in councils], extract_date)
    lacking = [
        (council.name, account)
        for council, account in zip(councils, accounts, strict=True)
        if account.became != "loaded"
    ]
    counts = {"lacking": [each.la_code for _, each in lacking], "of": len(councils)}
    if not lacking:
        logger.info(
            "Every council's night of %s is loaded: nobody is told.", in_words(extract_date)
        )
        return counts
    subject = (
        f"csc-etl: figures of {len(lacking)} of {len(councils)} councils are late "
        f"({in_words(extract_date)})"
    )
    told = Told("figures_due", subject, text_of_figures_due(lacking, len(councils), extract_date))
    return _told(told, context) | counts


def day_due(asked: str | None, moment: datetime) -> date:
    """The day whose figures are due: the one asked for, else that of the moment in London."""
    if asked:
        return date.fromisoformat(asked)
    return moment.astimezone(ZoneInfo("Europe/London")).date()
