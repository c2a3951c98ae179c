"""One chain of obligations, told so that a person can follow every day of it.

Reads the warehouse alone. What is shown names a child by the id of the source's record, which the
asker gave, and by nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.answers.counting import DAY, calendar_time, holidays_not_counted
from etl.calendar.allowance import Allowance
from etl.calendar.working_days import bank_holidays, is_weekend, why_not_worked
from etl.derive.register import NOT_DERIVED
from etl.errors import WrongUsage
from etl.settings import QUERIES
from etl.toml_reader import nearest
from etl.warehouse import (
    Session,
    authorities,
    existing_warehouse,
    night_known_on,
    nothing_loaded,
)

FOR_EVER = date.max
_BEGAN_BEFORE = "It began before what the source holds: what was owed until then is not known."
NO_OTHER = "Nothing was changed; there is nothing to explain."


@dataclass(frozen=True)
class Owed:
    """One obligation as at a day. allowance, counting: None where a release that did not keep
    them worked it out. is_late_only_in_record: 1 or 0."""

    sequence: int
    started_date: date
    due_date: date
    allowance: str | None
    counting: str | None
    done_date: date | None
    closed_date: date | None
    working_days_taken: int | None
    days_taken: int | None
    first_recorded_date: date | None
    not_recorded_before: date | None
    status: str
    days_late: int | None
    is_late_only_in_record: int
    is_awaiting_record: bool


@dataclass(frozen=True)
class Explanation:
    """A chain, and the standards that made its due dates, in words."""

    subject_type: str
    subject_id: str
    la_code: str
    standards: tuple[str, ...]
    on: date
    known_on: date
    chain: tuple[Owed, ...]


def explain(
    warehouse: str,
    timescale: str,
    subject_id: str,
    *,
    on: date | None = None,
    known_on: date | None = None,
    la_code: str | None = None,
) -> Explanation:
    """The chain of one subject, named by the source's id.

    on: the day as at which it is judged; known_on: the extract date of what was known; each by
    default the authority's last extract. la_code: needed where several authorities have the id.
    Raises WrongUsage where there is no such warehouse, timescale or subject.
    """
    there = existing_warehouse(warehouse)
    if not authorities(there):
        raise nothing_loaded(there)
    with there.reading() as session:
        la_code = _authority(session, timescale, subject_id, la_code)
        last = night_known_on(session, la_code, FOR_EVER).extract_date
        known_on = night_known_on(session, la_code, known_on or last).extract_date
        asked = {"timescale": timescale, "subject_id": subject_id, "la_code": la_code,
                 "on": on or known_on, "known_on": known_on}  # fmt: skip
        rows = _chain(session, asked)
        is_today = asked["on"] == known_on == last
        waiting = _awaiting_record(session, asked) if is_today else set()
    return Explanation(
        subject_type=rows[0][0],
        subject_id=subject_id,
        la_code=la_code,
        standards=tuple(dict.fromkeys(_standard(row) for row in rows)),
        on=on or known_on,
        known_on=known_on,
        chain=tuple(_owed(row[6:], waiting) for row in rows),
    )


def _chain(session: Session, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of _CHAIN. Raises WrongUsage where there are none."""
    status = (QUERIES / "timescale_status.sql").read_text(encoding="utf-8")
    rows = session.rows(_CHAIN.format(status=status), **asked)
    if not rows:
        raise _wrong(
            f"Nothing was owed under {asked['timescale']} on it by {asked['on']}, as known on "
            f"{asked['known_on']}.",
            f"subject {asked['subject_id']} of authority {asked['la_code']}",
            "Ask for a later day.",
        )
    return rows


_CHAIN = """
with owed as ({status})
select
    owed.subject_type, standard.rule, standard.citation, standard.is_local,
    standard.title, standard.allowance,
    owed.sequence, owed.started_date, owed.due_date, owed.allowance, standard.counting,
    owed.done_date, owed.closed_date, owed.working_days_taken, owed.days_taken,
    owed.first_recorded_date, owed.not_recorded_before, owed.status, owed.days_late,
    owed.is_late_only_in_record
from owed
join warehouse.dim_timescale as standard
    on standard.timescale_key = owed.timescale_key
    and standard.known_from <= :known_on and :known_on < standard.known_to
where owed.timescale = :timescale
and owed.subject_id = :subject_id
and owed.la_code = :la_code
order by owed.sequence
"""


_SKIPPED = """
select 1
from audit.observation as observation
join report.last_extract as last_extract on last_extract.run_id = observation.run_id
where observation.observation = 'timescale_skipped' and observation.detail like :skipped
"""
_NOT_CARRIED = """
select 1
from audit.observation as observation
join report.last_extract as last_extract on last_extract.run_id = observation.run_id
where observation.observation = 'timescale_not_carried' and observation.detail = :timescale
"""
_TIMESCALES = "select distinct timescale from report.timescale where timescale_key <> 0"


def _owed(row: tuple[Any, ...], waiting: set[int]) -> Owed:
    # The query has its columns in the order of the fields.
    return Owed(*(*row, row[0] in waiting))


def _standard(row: tuple[Any, ...]) -> str:
    rule, citation, is_local, title, allowance = row[1:6]
    own = "the authority's own standard" if is_local else None
    return f"{rule or f'{title}: {allowance}.'} Source: {'; '.join(filter(None, (own, citation)))}."


def _authority(session: Session, timescale: str, subject_id: str, la_code: str | None) -> str:
    """The authority that has the subject. Raises WrongUsage where it is none, or not clear."""
    _check_timescale(session, timescale)
    found = session.rows(
        "select distinct la_code from warehouse.fact_timescale_obligation "
        "where timescale = :timescale and subject_id = :subject_id order by la_code",
        timescale=timescale,
        subject_id=subject_id,
    )
    having = [code for (code,) in found if la_code in (None, code)]
    if not having:
        raise _never_owed(session, timescale, subject_id, la_code)
    if len(having) > 1:
        raise _wrong(
            f"Several authorities have that id: {', '.join(having)}.",
            f"subject {subject_id}",
            "Say which with --la-code.",
        )
    return str(having[0])


def _check_timescale(session: Session, timescale: str) -> None:
    """Raises WrongUsage where there is none of that name, or it is not derived."""
    known = [name for (name,) in session.rows(_TIMESCALES)]
    left_out = {out.timescale: out.why for out in NOT_DERIVED}
    if timescale in left_out:
        raise _wrong(
            f"{timescale} is not derived: {left_out[timescale]}.",
            f"timescale {timescale}",
            "docs/timescales/ says which are.",
        )
    if timescale not in known:
        raise _wrong(
            f"There is no timescale '{timescale}'{nearest(timescale, sorted(known))}.",
            f"timescale {timescale}",
            "docs/timescales/ describes each.",
        )


def _never_owed(
    session: Session, timescale: str, subject_id: str, la_code: str | None
) -> WrongUsage:
    """Why the subject was owed nothing by the timescale."""
    if session.rows(_SKIPPED, skipped=f"{timescale}: %"):
        return _wrong(
            f"{timescale} was skipped in the last load: the extract has no source for it.",
            f"subject {subject_id}",
            "audit.observation names the table that was lacking.",
        )
    if session.rows(_NOT_CARRIED, timescale=timescale):
        return _wrong(
            f"{timescale} is not derived from this kind of source, which does not tell it.",
            f"subject {subject_id}",
            "`csc-etl status --not-published` names what else is not published.",
        )
    return _wrong(
        f"No {timescale} was ever owed on a record of that id.",
        f"subject {subject_id}" + (f" of authority {la_code}" if la_code else ""),
        "Give the source's id of what it is owed on, such as the plan's, not the child's "
        "number; a record that was held back, or is left out by the rule, owes nothing.",
    )


def _awaiting_record(session: Session, asked: dict[str, Any]) -> set[int]:
    rows = session.rows(
        "select sequence from report.timescale_obligation where la_code = :la_code "
        "and timescale = :timescale and subject_id = :subject_id and is_awaiting_record = 1",
        **asked,
    )
    return {sequence for (sequence,) in rows}


def _wrong(what: str, where: str, then: str) -> WrongUsage:
    return WrongUsage(what, where=where, means=NO_OTHER, next=then)


def in_words(found: Explanation) -> str:
    """The explanation as text of a terminal's width."""
    lines = [
        f"{found.subject_type.replace('_', ' ').capitalize()} {found.subject_id} of authority "
        f"{found.la_code}, as at {_long(found.on)}, as known from the extract of "
        f"{_long(found.known_on)}.",
        *found.standards,
    ]
    if found.chain[0].sequence > 1:
        lines += [
            "",
            "It began before what the source holds: what was owed until then is not known.",
        ]
    for owed in found.chain:
        lines += ["", *_obligation(owed, found.on)]
    return "\n".join(lines)


def _obligation(owed: Owed, on: date) -> list[str]:
    lines = [
        f"{owed.sequence}. The clock started on {_long(owed.started_date)}{_time_given(owed)}: "
        f"due {_long(owed.due_date)}.",
        *_counted(owed),
    ]
    if owed.done_date:
        # As the calendar above numbers them.
        first = 1 if owed.counting == "inclusive" else 0
        taken = _count((owed.working_days_taken or 0) + first, "working day")
        days = _count((owed.days_taken or 0) + first, "day")
        lines.append(f"   Done {_long(owed.done_date)} after {taken} ({days}){_recorded(owed)}.")
    if owed.closed_date:
        lines.append(f"   Ended without it on {_long(owed.closed_date)}.")
    return [*lines, f"   {_verdict(owed, on)}"]


def _time_given(owed: Owed) -> str:
    first = ", the start counting as day 1" if owed.counting == "inclusive" else ""
    return f"; {owed.allowance}{first}" if owed.allowance else ""


def _counted(owed: Owed) -> list[str]:
    """How the days from the start to the due day were counted."""
    if owed.allowance is None:
        return ["   How its days were counted was not kept by the release that worked it out."]
    unit = Allowance.read(owed.allowance).unit
    if unit == "working days":
        return _weeks(owed)
    lines = calendar_time(owed.started_date, owed.due_date, unit, owed.counting)
    return [f"   {line}" for line in lines]


def _recorded(owed: Owed) -> str:
    if owed.first_recorded_date is None:
        return ", when it was recorded is not known"
    late = ": late in the record alone" if owed.is_late_only_in_record else ""
    first = _long(owed.first_recorded_date)
    if owed.not_recorded_before is None:
        return f", first recorded {first}{late}"
    before = _long(owed.not_recorded_before)
    return f", first in the extract of {first}, not yet in that of {before}{late}"


def _verdict(owed: Owed, on: date) -> str:
    late = _count(owed.days_late, "day")
    left = (owed.due_date - on).days
    time_left = f"{_count(left, 'day')} left" if left else "this is the last day"
    words = {
        "in_time": "IN TIME",
        "late": f"LATE by {late}",
        "not_due": f"NOT DUE YET: {time_left}",
        "overdue": f"OVERDUE by {late}"
        + (", or held and not recorded: a review was booked" if owed.is_awaiting_record else ""),
        "ended_before_due": "ENDED BEFORE IT WAS DUE: nothing more was owed",
        "not_done": "NOT DONE: it was past its due date when it ended",
    }
    return words[owed.status]


def _count(number: int | None, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _weeks(owed: Owed) -> list[str]:
    """Each week from the start to the due day: the number of each day counted, or why not."""
    number = 1 if owed.counting == "inclusive" else 0
    monday = owed.started_date - DAY * owed.started_date.weekday()
    rows: list[tuple[str, ...]] = [("week of", *_DAY_NAMES)]
    while monday <= owed.due_date:
        cells = []
        for day in (monday + DAY * shift for shift in range(7)):
            why = why_not_worked(day)
            if owed.started_date < day <= owed.due_date:
                number += not why
            cells.append(_cell(owed, day, number, why))
        rows.append((_short(monday), *cells))
        monday += 7 * DAY
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    lines = [
        "   "
        + "".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    skipped = [
        f"{_short(day)}, {bank_holidays()[day]}"
        for day in holidays_not_counted(owed.started_date, owed.due_date)
    ]
    if skipped:
        lines.append(f"   Bank holidays not counted: {'; '.join(skipped)}.")
    return lines


def _cell(owed: Owed, day: date, number: int, why: str | None) -> str:
    if day == owed.started_date:
        text = "start, 1" if owed.counting == "inclusive" else "start"
    elif not owed.started_date < day <= owed.due_date:
        text = ""
    elif why:
        text = "-" if is_weekend(day) else "holiday"
    else:
        text = str(number)
    if day == owed.due_date:
        text += " due"
    return (text + (" done" if day == owed.done_date else "")).strip()


_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _short(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _long(day: date) -> str:
    return f"{day:%a} {day.day} {day:%B %Y}"
