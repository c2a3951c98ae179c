"""What a run of the nightly DAG is asked for: the extracts of which date, of which councils, and
what is to be done with them. Light: Airflow reads a DAG's file, and so this, every minute."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from etl import settings
from etl.councils import Council
from etl.errors import WrongUsage
from etl.sources.arrival.place import below

TIMEZONE = "Europe/London"
How = Literal["load", "backfill", "dry run"]
LOAD, BACKFILL, DRY_RUN = get_args(How)
# What Airflow calls a run that `airflow backfill create` made.
_BACKFILL_RUN = "backfill"
_NOTHING = "Nothing was begun, for no council."


@dataclass(frozen=True)
class Asked:
    """extract_date: of the extracts. la_codes: of the councils; empty: all. how: what becomes of
    the extract. may_be_new: whether a warehouse is made where there is none."""

    extract_date: date
    la_codes: tuple[str, ...]
    how: How
    may_be_new: bool


def asked_of(
    params: Mapping[str, Any], conf: Mapping[str, Any] | None, run: Any, today: date
) -> Asked:
    """What a run is asked for.

    params: its parameters; conf: what it was triggered with; run: Airflow's run of the DAG, of
    which logical_date, run_after and run_type are read; today: in London. Raises WrongUsage where
    that is what nobody can mean.
    """
    check_known(conf, params)
    is_backfill_run = str(getattr(run.run_type, "value", run.run_type)).startswith(_BACKFILL_RUN)
    if is_backfill_run and params["extract_date"]:
        raise _meant_by_nobody(
            "A backfill was given an extract_date, so that each of its runs would load that one.",
            "Give it --from-date and --to-date alone: each run loads the extract of its own day.",
        )
    if params["dry_run"] and (params["backfill"] or is_backfill_run):
        raise _meant_by_nobody(
            "A dry run and a backfill were asked for at once.",
            "Ask for the dry run first: it checks the extract, wherever its night would belong.",
        )
    extract_date = date_of_night(params["extract_date"], run.logical_date, run.run_after)
    if extract_date > today:
        raise _meant_by_nobody(
            f"The extract of {extract_date} was asked for, a day that has not come.",
            f"Ask for the extract of {today} or of an earlier day.",
        )
    return Asked(
        extract_date=extract_date,
        la_codes=tuple(params["councils"] or ()),
        how=DRY_RUN
        if params["dry_run"]
        else BACKFILL
        if params["backfill"] or is_backfill_run
        else LOAD,
        may_be_new=bool(params["new_warehouse"] or params["dry_run"]),
    )


def check_known(conf: Mapping[str, Any] | None, params: Collection[str]) -> None:
    """Raises WrongUsage where a run was triggered with what is no parameter: taken in silence, a
    mistyped one would load every council tonight.

    params: the names of the DAG's own; Airflow puts what a run is triggered with among those that a
    task sees.
    """
    unknown = sorted(set(conf or {}) - set(params))
    if unknown:
        raise _meant_by_nobody(
            f"The run was triggered with what is no parameter: {', '.join(unknown)}.",
            f"The parameters are {', '.join(sorted(params))}; trigger it again with these.",
        )


def date_of_night(asked: str | None, logical_date: datetime | None, run_after: datetime) -> date:
    """The extract date of a run: the one asked for; else the day of its logical date, by which a
    schedule and a backfill go (midnight UTC); else, of a run by hand without one, the day in London
    on which it was started.

    Raises WrongUsage where the logical date is a time that is of one day in London and of another
    in UTC, the hour before midnight UTC in summer.
    """
    if asked:
        try:
            return date.fromisoformat(asked)
        except ValueError:
            raise _meant_by_nobody("extract_date is no day.", "Write it as 2026-11-28.") from None
    if logical_date is None:
        return _in_london(run_after)
    named = logical_date.astimezone(UTC).date()
    if named != _in_london(logical_date):
        raise _meant_by_nobody(
            f"The logical date is a time of {named} in UTC and of {_in_london(logical_date)} in "
            "London.",
            "Give extract_date, or no logical date at all.",
        )
    return named


def _in_london(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(TIMEZONE)).date()


def _meant_by_nobody(what: str, next: str) -> WrongUsage:
    return WrongUsage(what, where="parameters of the run", means=_NOTHING, next=next)


def nights_of(
    schedule: settings.Schedule, councils: list[Council], asked: Asked
) -> list[dict[str, str]]:
    """A night for each council, as text: la_code, name, authority_file, extract (path or URL where
    it should be, as a folder), extract_date, how; may_be_new where a warehouse is made if there is
    none; stated_in: the files of a council that has several."""
    night = asked.extract_date.isoformat()
    may_be_new = {"may_be_new": "yes"} if asked.may_be_new else {}
    return [
        council.to_json()
        | {
            "extract": below(schedule.extracts, council.la_code, night),
            "extract_date": night,
            "how": asked.how,
        }
        | may_be_new
        | _several(council, councils)
        for council in councils
    ]


def _several(council: Council, councils: list[Council]) -> dict[str, str]:
    """The files that state the same la_code, where these are more than one: which of them the night
    would be loaded by would be chance."""
    files = [
        each.authority_file.name
        for each in councils
        if each.is_read and council.is_read and each.la_code == council.la_code
    ]
    return {"stated_in": ", ".join(files)} if len(files) > 1 else {}
