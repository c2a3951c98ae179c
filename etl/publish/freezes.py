"""Freezes: a month's figures as they were published, kept under a name and never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from etl import __version__
from etl.authority import Authority
from etl.calendar.allowance import Allowance
from etl.calendar.working_days import add
from etl.errors import WrongUsage
from etl.log import logger
from etl.publish.counting import Counting, count
from etl.publish.measures import Measure, definitions_sha256, measures
from etl.publish.months import check_month, month_before
from etl.publish.publish import LATEST, describe, store
from etl.publish.restatement import restate
from etl.warehouse import (
    LoadedNight,
    Session,
    existing_warehouse,
    loaded_nights,
    night_known_on,
    the_authority,
)


@dataclass(frozen=True)
class Freeze:
    """What is asked for: the figures of ``month`` (its first day) as known on the extract
    ``known_on``, under ``label``. frozen_at: for the audit alone."""

    la_code: str
    month: date
    label: str
    known_on: date
    frozen_at: datetime


def freeze(
    url: str,
    month: date,
    *,
    frozen_at: datetime,
    titles: dict[str, str],
    records: Mapping[str, Sequence[str | None]],
    label: str | None = None,
    known_on: date | None = None,
    la_code: str | None = None,
) -> Freeze:
    """Store a month's figures for ever. Returns what was stored.

    label: default: the month and ``published``. known_on: any day; default: the last extract.
    titles, records: see ``publish.publish``.
    Raises WrongUsage where the label is taken or cannot be one, the month was not over, or is
    before the calendar.
    """
    label = default_label(month) if label is None else checked_label(label, month)
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.writing(la_code) as session:
        extract = night_known_on(session, la_code, known_on or date.max).extract_date
        check_month(month, extract)
        asked = Freeze(la_code, month, label, extract, frozen_at)
        freeze_month(session, asked, measures(titles), records)
    logger.info("frozen: '%s', as known on %s", asked.label, asked.known_on)
    return asked


def freeze_when_due(
    url: str,
    authority: Authority,
    *,
    frozen_at: datetime,
    titles: dict[str, str],
    records: Mapping[str, Sequence[str | None]],
) -> list[Freeze]:
    """Freeze every month whose day has come, as known on the first extract of that day or later,
    if no freeze has the month's own label. Returns what was frozen.

    The day is that working day of the following month which the authority's file sets. Months
    whose day was before the authority's first extract are left: nobody could have published them.
    titles, records: see ``publish.publish``.
    """
    warehouse = existing_warehouse(url)
    la_code = authority.la_code
    with warehouse.reading() as session:
        extracts = [night.extract_date for night in loaded_nights(session, la_code)]
        taken = {
            label
            for (label,) in session.rows(
                "select label from report.frozen_month where la_code = :la_code", la_code=la_code
            )
        }
    return [
        freeze(
            url, month, frozen_at=frozen_at, titles=titles, records=records, known_on=known_on,
            la_code=la_code,
        )
        for month, known_on in _months_due(extracts, authority.freeze_working_day)
        if default_label(month) not in taken
    ]  # fmt: skip


def _months_due(extracts: list[date], freeze_working_day: int) -> list[tuple[date, date]]:
    """Months whose day has come, each with the first extract of that day or later."""
    if not extracts:
        return []
    first, last = extracts[0].replace(day=1), extracts[-1].replace(day=1)
    starts = pd.Series(pd.date_range(first, last, freq="MS"))
    days = _freeze_days(starts, freeze_working_day)
    return [
        (month_before(start.date()), min(day for day in extracts if day >= due))
        for start, due in zip(starts, days, strict=True)
        if extracts[0] <= due <= extracts[-1]
    ]


def _freeze_days(starts: pd.Series, freeze_working_day: int) -> list[date]:
    """That working day of each month, counted from its first."""
    before = (starts - pd.Timedelta(days=1)).to_numpy().astype("datetime64[D]")
    days = add(before, Allowance(freeze_working_day, "working days"))
    return [day.astype(object) for day in np.asarray(days)]


def freeze_month(
    session: Session,
    asked: Freeze,
    every: Sequence[Measure],
    records: Mapping[str, Sequence[str | None]],
) -> None:
    """Store the figures, what was counted in them, and what they were made with; then what has
    moved since, which is nothing where no night came after.

    Raises WrongUsage where the label is taken.
    """
    _check_not_taken(session, asked)
    la_code, month = asked.la_code, asked.month
    night = night_known_on(session, la_code, asked.known_on)
    describe(session, every)
    then = count(session, la_code, every, known_on=asked.known_on, first=month, last=month)
    _store_freeze(then, asked, night)
    last = night_known_on(session, la_code, date.max).extract_date
    now = count(session, la_code, every, known_on=last, first=month, last=month)
    restate(now, records)


def _store_freeze(counting: Counting, asked: Freeze, night: LoadedNight) -> None:
    store(counting, asked.label)
    counting.session.run(
        "insert into report.frozen_subject (la_code, label, measure, subject_id, month, "
        "child_key, team_key, in_numerator, in_denominator) "
        "select :la_code, :label, measure, subject_id, month, child_key, team_key, in_numerator, "
        f"in_denominator from {counting.counted}",
        la_code=asked.la_code,
        label=asked.label,
    )
    counting.session.run(
        _STORE_FREEZE,
        la_code=asked.la_code, label=asked.label, month=asked.month, known_on=asked.known_on,
        frozen_at=asked.frozen_at.astimezone(UTC).replace(tzinfo=None), run_id=night.run_id,
        software_version=__version__, definitions_sha256=definitions_sha256(counting.measures),
        rules_sha256=night.rules_sha256, authority_sha256=night.authority_sha256,
    )  # fmt: skip


_STORE_FREEZE = """
insert into report.frozen_month
    (la_code, label, month, known_on, frozen_at, run_id, software_version, definitions_sha256,
    rules_sha256, authority_sha256)
values
    (:la_code, :label, :month, :known_on, :frozen_at, :run_id, :software_version,
    :definitions_sha256, :rules_sha256, :authority_sha256)
"""


def default_label(month: date) -> str:
    """The label of a month's own freeze."""
    return f"{month:%Y-%m} published"


LONGEST_LABEL = 100
_DEFAULT_LABEL = re.compile(r"\d{4}-(?:0[1-9]|1[0-2]) published")


def checked_label(label: str, month: date) -> str:
    """The label, as it is. Raises WrongUsage where a freeze of the month cannot have it."""
    if problem := _what_is_wrong_with(label, month):
        raise _wrong(problem, f"Give it a name of its own, such as '{month:%Y-%m} corrected'.")
    return label


def _what_is_wrong_with(label: str, month: date) -> str | None:
    if not label.strip():
        return "The label is empty."
    if not label.isprintable():
        return "The label holds a character that cannot be printed, such as a tab or line break."
    if label != " ".join(label.split()):
        return "The label begins or ends with a space, or has several in a row."
    if len(label) > LONGEST_LABEL:
        return f"The label has {len(label):,} characters; it can have up to {LONGEST_LABEL}."
    if label.casefold() == LATEST:
        return f"The label '{LATEST}' is that of what the last night says, never of a freeze."
    if _DEFAULT_LABEL.fullmatch(label) and label != default_label(month):
        return f"The label '{label}' is that of another month's own freeze."
    return None


def _check_not_taken(session: Session, asked: Freeze) -> None:
    taken = session.rows(
        "select month, known_on from report.frozen_month "
        "where la_code = :la_code and label = :label",
        la_code=asked.la_code,
        label=asked.label,
    )
    if taken:
        month, known_on = taken[0]
        raise _wrong(
            f"There is a freeze of that label already: {month:%B %Y} as known on {known_on}.",
            "What was published stays as it was. Give this one another label.",
        )


def _wrong(what: str, what_next: str) -> WrongUsage:
    return WrongUsage(what, where="freeze", means="Nothing was stored or changed.", next=what_next)


def what_differs(session: Session, la_code: str, label: str, every: Sequence[Measure]) -> list[str]:
    """Why figures counted again today, as known on the freeze's extract, may not be those that
    were frozen: each thing that was otherwise then, in words."""
    [made] = session.rows(
        "select known_on, software_version, definitions_sha256, rules_sha256, authority_sha256, "
        "frozen_at from report.frozen_month where la_code = :la_code and label = :label",
        la_code=la_code,
        label=label,
    )
    known_on, software, definitions, rules, authority, frozen_at = made
    night = night_known_on(session, la_code, known_on)
    found = []
    if definitions != definitions_sha256(every):
        found.append(f"the measures' SQL changed: software {software} then, {__version__} now")
    if night.rules_sha256 != rules:
        found.append(f"the rules of the software changed before {night.run_id} was loaded")
    if night.authority_sha256 != authority:
        found.append(f"the authority's file changed before {night.run_id} was loaded")
    found += nights_since(session, la_code, label)
    erased = session.rows(
        "select count(*) from audit.privacy_action where la_code = :la_code "
        "and action = 'erase' and done_at > :frozen_at",
        la_code=la_code,
        frozen_at=frozen_at,
    )[0][0]
    return found + ["a child was erased"] * bool(erased)


def nights_since(session: Session, la_code: str, label: str) -> list[str]:
    """What became, since a freeze was made, of the nights up to its extract, in words: what is
    known of them now is not what it counted."""
    changed = session.rows(_NIGHTS_SINCE, la_code=la_code, label=label)
    return [f"the night of {day} was {what}" for day, what in changed]


# Nights up to the freeze's extract that came, went or were made anew after it.
_NIGHTS_SINCE = """
select run.extract_date, case
    when max(case when run.status = 'loaded' then 1 else 0 end) = 0 then 'taken back'
    when min(run.finished_at) > max(frozen.frozen_at) then 'backfilled'
    else 'loaded again'
end as what
from report.frozen_month as frozen
join audit.load_run as run
    on run.la_code = frozen.la_code and run.extract_date <= frozen.known_on
    and (run.finished_at > frozen.frozen_at and run.status = 'loaded'
        or run.undone_at > frozen.frozen_at)
where frozen.la_code = :la_code and frozen.label = :label
group by run.extract_date
order by run.extract_date
"""
