"""Freezes: a month's figures as they were published, kept under a name and never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from etl import __version__
from etl.errors import WrongUsage
from etl.publish.causes import Records
from etl.publish.figures import LATEST, count, describe, store
from etl.publish.measures import Measure, definitions_sha256
from etl.publish.restatement import restate
from etl.warehouse import Session, night_known_on


@dataclass(frozen=True)
class Freeze:
    """What is asked for: the figures of ``month`` (its first day) as known on the extract
    ``known_on``, under ``label``. frozen_at: for the audit alone."""

    la_code: str
    month: date
    label: str
    known_on: date
    frozen_at: datetime


def freeze_month(
    session: Session, asked: Freeze, every: list[Measure], records: Mapping[str, Records]
) -> None:
    """Store the figures, what was counted in them, and what they were made with; then what has
    moved since, which is nothing where no night came after.

    Raises WrongUsage where the label is taken.
    """
    _check_not_taken(session, asked)
    night = night_known_on(session, asked.la_code, asked.known_on)
    describe(session, every)
    count(session, asked.la_code, every, known_on=asked.known_on,
          first=asked.month, last=asked.month)  # fmt: skip
    store(session, asked.la_code, asked.label, known_on=asked.known_on)
    session.run(_STORE_SUBJECTS, la_code=asked.la_code, label=asked.label)
    session.run(
        _STORE_FREEZE,
        la_code=asked.la_code, label=asked.label, month=asked.month, known_on=asked.known_on,
        frozen_at=asked.frozen_at.astimezone(UTC).replace(tzinfo=None), run_id=night.run_id,
        software_version=__version__, definitions_sha256=definitions_sha256(every),
        rules_sha256=night.rules_sha256, authority_sha256=night.authority_sha256,
    )  # fmt: skip
    now = night_known_on(session, asked.la_code, date.max).extract_date
    count(session, asked.la_code, every, known_on=now, first=asked.month, last=asked.month)
    restate(session, asked.la_code, every, records, now=now, first=asked.month, last=asked.month)


_STORE_SUBJECTS = """
insert into report.frozen_subject
    (la_code, label, measure, subject_id, month, child_key, team_key, in_numerator, in_denominator)
select :la_code, :label, measure, subject_id, month, child_key, team_key, in_numerator,
    in_denominator
from counted
"""
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


def what_differs(session: Session, la_code: str, label: str, every: list[Measure]) -> list[str]:
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
