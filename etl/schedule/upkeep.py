"""What the tasks of the upkeep DAG do: take a backup, remove what is old, and tell of what will go
wrong. Light until a task runs: Airflow reads a DAG's file, and so this, every minute and in every
task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow.sdk import get_current_context
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowSkipException

from etl import settings
from etl.councils import Council, council_in, councils_in
from etl.errors import NightError, without_values
from etl.log import logger, of_run
from etl.night.begin import authority_of
from etl.schedule.connections import warehouse_url
from etl.schedule.notifiers import Told, tell

if TYPE_CHECKING:  # what reads the warehouse is heavy
    from etl.answers.warnings import Warned

TIMEZONE = "Europe/London"
# Ours, whose logs may be removed.
DAGS = ("figures_due", "monthly_report", "nightly_load", "upkeep")
_MONDAY = 0
# Every day some landed night is too old, and each purge writes a warehouse file anew; a day less,
# so that it is the same day each week.
_AT_MOST_EVERY = timedelta(days=6)


def find_councils() -> list[dict[str, str]]:
    """The councils, as text only."""
    return [council.to_json() for council in _councils()]


def _councils() -> list[Council]:
    return councils_in(settings.schedule().authorities)


def take_backup() -> None:
    """The body of the task that takes a backup of the whole warehouse, and removes old ones."""
    with _hiding_values("upkeep, take_backup"):
        back_up_to(settings.backups_folder(), made_at=datetime.now(UTC))


def back_up_to(folder: Path | None, *, made_at: datetime) -> None:
    """Back up the warehouse and log it. Raises AirflowSkipException where no folder is set or no
    night is loaded, and NightError."""
    from etl.upkeep.backup import back_up
    from etl.warehouse import open_warehouse

    if folder is None:
        raise AirflowSkipException(f"{settings.BACKUPS_FOLDER} is not set: no backup is taken.")
    url, keep_days = warehouse_url(), settings.keep_backups_days()
    if not open_warehouse(url).exists():
        raise AirflowSkipException("There is no warehouse yet: no backup is taken.")
    made, _ = back_up(url, folder, made_at=made_at, keep_days=keep_days)
    logger.info("%s is whole: %s bytes", made.folder, f"{made.size:,}")


def remove_what_is_old(council: dict[str, str]) -> None:
    """The body of the task that applies the retention to one council."""
    context: Any = get_current_context()
    purge_what_is_old(
        Path(council["authority_file"]),
        at=datetime.now(UTC),
        is_asked=is_by_hand(context["dag_run"]),
        is_again=context["ti"].try_number > 1,
    )


def purge_what_is_old(
    authority_file: Path, *, at: datetime, is_asked: bool, is_again: bool
) -> dict[str, int]:
    """Remove what is older than a council keeps, at most once a week. is_asked: somebody wants it
    now. is_again: an earlier try may have left bytes of what it deleted. Returns how many went, by
    what they were, as the log says too.

    Raises AirflowSkipException where nothing is old, or something was removed lately; NightError.
    """
    la_code = council_in(authority_file).la_code
    with of_run(la_code), _hiding_values(f"upkeep, {authority_file.name}"):
        return _purge(authority_file, at, is_asked=is_asked or is_again, is_again=is_again)


def _purge(authority_file: Path, at: datetime, *, is_asked: bool, is_again: bool) -> dict[str, int]:
    from etl.privacy.retention import purge, would_purge
    from etl.upkeep.detail import Kept, purge_detail

    authority, url = authority_of(authority_file), warehouse_url()
    _check_is_time(url, authority.la_code, at, is_asked=is_asked)
    on, landing = at.astimezone(ZoneInfo(TIMEZONE)).date(), settings.schedule().landing
    kept = Kept(on, settings.keep_pages_months(), settings.keep_audit_months())
    removed = purge_detail(url, authority.la_code, kept, done_at=at, landing=landing)
    # To purge copies and rewrites a warehouse file: not every day for nothing.
    _, due = would_purge(url, authority, on=on, landing=landing)
    if due or is_again:
        removed |= purge(url, authority, on=on, done_at=at, landing=landing)[1]
    if not removed:
        raise AirflowSkipException(f"Nothing of authority {authority.la_code} is too old.")
    for part, count in removed.items():
        logger.info("removed from %s: %s", part, f"{count:,}")
    return removed


def _check_is_time(url: str, la_code: str, at: datetime, *, is_asked: bool) -> None:
    from etl.upkeep.detail import last_purged
    from etl.warehouse import authorities, open_warehouse

    warehouse = open_warehouse(url)
    if not warehouse.exists() or la_code not in authorities(warehouse):
        raise AirflowSkipException(f"No night of authority {la_code} is loaded yet.")
    with warehouse.reading() as session:
        last = last_purged(session, la_code)
    if last and at - last < _AT_MOST_EVERY and not is_asked:
        raise AirflowSkipException(
            f"What was too old of authority {la_code} was removed on {last:%Y-%m-%d}: once a week "
            "is enough. A run by hand does it now."
        )


def remove_task_logs() -> None:
    """The body of the task that removes old logs of our own DAGs' tasks."""
    with _hiding_values("upkeep, remove_task_logs"):
        remove_logs_in(conf.get("logging", "base_log_folder"), at=datetime.now(UTC))


def remove_logs_in(folder: str, *, at: datetime) -> None:
    """Remove our DAGs' logs that are older than they are kept from Airflow's folder of logs. Raises
    AirflowSkipException where none is, or they are not on a disk of this machine."""
    from etl.upkeep.logs import remove_old_logs

    if "://" in folder or not Path(folder).is_dir():
        raise AirflowSkipException(
            f"Airflow's logs are not in a folder of this machine ({folder.partition('?')[0]}): "
            "whoever keeps them removes them."
        )
    kept_from = at - timedelta(days=settings.keep_logs_days())
    removed = remove_old_logs(Path(folder), DAGS, kept_from=kept_from)
    if not removed:
        raise AirflowSkipException(f"No log of our tasks is of before {kept_from:%Y-%m-%d}.")
    logger.info("removed %s logs of before %s", f"{removed:,}", f"{kept_from:%Y-%m-%d}")


def tell_warnings() -> None:
    """The body of the task that looks for what will go wrong: logged every day, told on Mondays and
    in runs by hand."""
    from etl.answers.warnings import warnings_of

    context: Any = get_current_context()
    now = datetime.now(UTC)
    with _hiding_values("upkeep, tell_warnings"):
        found = warnings_of(
            warehouse_url(),
            at=now,
            authority_files=[each.authority_file for each in _councils()],
            backups=settings.backups_folder(),
        )
    for each in found:
        logger.warning("%s", in_a_line(each))
    run = context["dag_run"]
    if not found:
        logger.info("nothing to warn of")
    elif is_by_hand(run) or is_day_to_tell(run.run_after):
        tell(told_of(found), context)


def is_by_hand(run: Any) -> bool:
    """Whether somebody started the run."""
    return str(run.run_type) == "manual"


def is_day_to_tell(moment: datetime) -> bool:
    """Whether the moment is on a Monday in London: the same every day would be read by nobody."""
    return moment.astimezone(ZoneInfo(TIMEZONE)).weekday() == _MONDAY


def told_of(found: Sequence[Warned]) -> Told:
    """The message of all that is to be warned of."""
    many = f"{len(found)} things" if len(found) > 1 else "one thing"
    return Told("warning", f"csc-etl: {many} to see to", "\n".join(map(in_a_line, found)))


def in_a_line(warned: Warned) -> str:
    """A warning, whose it is and what to do."""
    whose = f"{warned.la_code}: " if warned.la_code else ""
    return f"{whose}{warned.what} {warned.next}"


@contextmanager
def _hiding_values(where: str) -> Iterator[None]:
    try:
        yield
    except (AirflowSkipException, NightError):
        raise
    except Exception as error:  # its message could quote a record
        raise without_values(error, where) from None
