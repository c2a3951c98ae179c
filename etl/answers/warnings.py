"""What will go wrong, or has without anybody noticing: found before a night stops by it.

Each is said in words for whoever runs the nights, with what to do, and holds no value of a record.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from etl.answers.status import targets_not_set
from etl.calendar.working_days import LONGEST_LOOK_AHEAD_YEARS, last_day
from etl.errors import NightError, reason
from etl.publish.resting import CARRIED_WRONG
from etl.upkeep.backup import backups_in
from etl.warehouse import existing_warehouse

NOTICE_OF_CALENDAR = timedelta(days=365)
OLDEST_BACKUP = timedelta(days=7)


@dataclass(frozen=True)
class Warned:
    """kind: calendar, warehouse, targets, rule, figures, retention or backup. la_code: the
    authority that it is about, None where it is about all. what, next: the fact, and what to do."""

    kind: str
    la_code: str | None
    what: str
    next: str


def warnings_of(
    url: str,
    *,
    at: datetime,
    authority_files: Iterable[Path] = (),
    backups: Path | None = None,
) -> list[Warned]:
    """Everything to warn of, at a moment.

    authority_files: of whom it is looked whether they say for how long to keep what. backups: the
    folder of backups; None where there is none, and none is missed. A warehouse that cannot be read
    is the only warning of it; nothing is raised for it.
    """
    return [
        *_of_calendar(at.date()),
        *_of_warehouse(url),
        *(warned for file in authority_files for warned in _of_retention(file)),
        *(_of_backups(backups, at) if backups else ()),
    ]


def _of_calendar(day: date) -> Iterator[Warned]:
    """Nights are refused long before the last day of the file: they look ahead."""
    first_refused = date(last_day().year - LONGEST_LOOK_AHEAD_YEARS + 1, 1, 1)
    if day >= first_refused - NOTICE_OF_CALENDAR:
        yield Warned(
            "calendar", None,
            f"The calendar of bank holidays ends on {last_day()}: nights of {first_refused} or "
            "later are stopped, as they count further.",
            "Install a release with a longer calendar, or make one: `python -m "
            "etl.calendar.make_bank_holidays <year>`.",
        )  # fmt: skip


def _of_warehouse(url: str) -> list[Warned]:
    try:
        with existing_warehouse(url).reading() as session:
            changed, wrong = session.rows(_NOT_AS_SIGNED), session.rows(_CARRIED_WRONG)
        lacking = targets_not_set(url)
    except NightError as error:  # such as one that needs an upgrade
        return [Warned("warehouse", None, error.what, error.next)]
    return [
        *(
            Warned(
                "rule", la_code,
                f"The rule {rule} is no longer the one that was signed.",
                "Read the page of `csc-etl rules` with whoever signed it, and sign it again: "
                "`signed` in the authority's file.",
            )
            for la_code, rule in changed
        ),
        *(
            Warned(
                "figures", la_code,
                f"What was carried over of {measure} from night to night was wrong: the last "
                "night's figures were counted whole, those of nights before may be wrong.",
                "Tell the maintainers; `csc-etl restate` says what has moved in frozen months.",
            )
            for la_code, measure in wrong
        ),
        *(Warned("targets", la_code, each.what, each.next) for la_code, each in lacking),
    ]  # fmt: skip


_OBSERVED = """
select last_extract.la_code, observed.detail
from audit.observation as observed
join report.last_extract as last_extract on last_extract.run_id = observed.run_id
where observed.observation = '{}'
order by 1, 2
"""
_NOT_AS_SIGNED = _OBSERVED.format("rule_not_as_signed")
_CARRIED_WRONG = _OBSERVED.format(CARRIED_WRONG)


def _of_retention(authority_file: Path) -> Iterator[Warned]:
    """A file that cannot be read is told of by the night that it stops."""
    try:
        read = tomllib.loads(authority_file.read_text("utf-8-sig"))
        la_code = str(read["authority"]["la_code"])
        is_set = "landing_months" in read.get("publication", {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return
    if not is_set:
        yield Warned(
            "retention", la_code,
            "The authority's file does not say for how long landed nights and identities are kept: "
            "24 months, then.",
            "Put what the council's retention schedule says into it: `landing_months` in "
            "[publication].",
        )  # fmt: skip


def _of_backups(folder: Path, at: datetime) -> Iterator[Warned]:
    try:
        found = backups_in(folder)
    except OSError as error:
        yield Warned(
            "backup", None, f"The folder of backups cannot be looked into ({reason(error)}).",
            f"Mend the permissions of {folder}.",
        )  # fmt: skip
        return
    if found and at - found[-1].made_at <= OLDEST_BACKUP:
        return
    last = f"the last one is of {found[-1].made_at:%Y-%m-%d}" if found else "there is none"
    yield Warned(
        "backup", None, f"No backup was made in the last {OLDEST_BACKUP.days} days: {last}.",
        "Read the log of the upkeep DAG's take_backup, or of whatever runs `csc-etl backup`.",
    )  # fmt: skip
