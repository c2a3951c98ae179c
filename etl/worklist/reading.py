"""Reads work lists from the warehouse, the identities with them, in one session."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.contracts.hand_overs import LOOKED_UP_HELD_BACK, MOST_REPORTED
from etl.contracts.register import BY_NAME
from etl.publish.months import check_month, month_before
from etl.settings import WORKLISTS
from etl.validate.suites import read_suite
from etl.warehouse import Session
from etl.worklist.counted import stage_counted, the_measure
from etl.worklist.lists import (
    Found,
    Heading,
    InNeed,
    Late,
    Owed,
    Reported,
    ToMend,
    Whose,
    WorkLists,
    by_team,
)

IN_NEED = "in_need_over_9_months"
# Said once for every list: whose a row is, by the keys that it names. A record that names no family
# is of the one of the child's last referral that does.
_WHOSE = """
select
    found.*,
    coalesce(child.case_number, '') as case_number,
    coalesce(family.family_id, '') as family_id,
    coalesce(worker.staff_id, worker.worker_id, '') as staff_id
from ({}) as found
left join restricted.child_identity as child
    on child.child_key = found.child_key
left join (
    select distinct on (child_key) child_key, family_key
    from report.referral
    where la_code = :la_code and family_key <> 0
    order by child_key, received_date desc, referral_id desc
) as last_referral
    on last_referral.child_key = found.child_key
left join restricted.family_identity as family
    on family.family_key = coalesce(nullif(found.family_key, 0), last_referral.family_key)
left join restricted.worker_identity as worker
    on worker.worker_key = found.worker_key
"""
# What is wrong and how it is mended, by reason, where no check of a table says so: it is found as
# tables are read, or meet.
_FOUND_IN_READING = {
    LOOKED_UP_HELD_BACK: (
        "The record that this one is looked up in is held back itself.",
        "Mend that record: look for it by the same case number.",
    ),
    "child_disputed": (
        "The child is in the extract twice, and the two records do not agree here.",
        "Put the wrong one right, or merge the two.",
    ),
    "id_shared": (
        "Two records of different content share an id.",
        "Ask the systems team why the export has the record twice.",
    ),
    "id_missing": (
        "The record has no id.",
        "Ask the systems team which records the export writes without an id.",
    ),
}
_OTHERWISE = ("The record cannot be used as it is.", "Put the record right.")


@dataclass(frozen=True)
class Asked:
    """What is read: of which authority, as at its last extract."""

    session: Session
    heading: Heading

    def rows(self, name: str, **values: Any) -> Iterator[dict[str, Any]]:
        """The rows of a file of ``sql/worklists``, with the numbers that identify them."""
        return self.plain(_WHOSE.format(query(name)), **values)

    def plain(self, sql: str, **values: Any) -> Iterator[dict[str, Any]]:
        """The rows of a query, by column."""
        of_all = {
            "la_code": self.heading.la_code,
            "known_on": self.heading.known_on,
            "by_allocation": int(self.heading.is_by_allocation),
        }
        yield from self.session.table(sql, **of_all, **values).to_pylist()


def query(name: str) -> str:
    """The text of a file of ``sql/worklists``."""
    return (WORKLISTS / f"{name}.sql").read_text(encoding="utf-8")


def heading_of(session: Session, la_code: str, *, days: int, month: date | None) -> Heading:
    """Of what the lists are. Raises WrongUsage where the month was not over at the last extract."""
    [(known_on, authority)] = session.rows(
        "select last_extract.extract_date, coalesce(authority.name, last_extract.la_code) "
        "from report.last_extract as last_extract left join report.authority as authority "
        "on authority.la_code = last_extract.la_code where last_extract.la_code = :la_code",
        la_code=la_code,
    )
    month = month or month_before(known_on)
    check_month(month, known_on)
    [(newest_visit,)] = session.rows(
        "select max(visited_date) from report.visit "
        "where la_code = :la_code and visited_date <= :known_on",
        la_code=la_code, known_on=known_on,
    )  # fmt: skip
    ahead = session.rows(
        "select ahead.date from report.date as today join report.date as ahead "
        "on ahead.is_working_day = 1 and ahead.working_day_number > today.working_day_number "
        "and ahead.working_day_number <= today.working_day_number + :days "
        "where today.date = :known_on order by ahead.date",
        days=days, known_on=known_on,
    )  # fmt: skip
    allocated = session.rows(
        "select 1 from report.allocation where la_code = :la_code limit 1", la_code=la_code
    )
    return Heading(
        la_code, authority, known_on, month, newest_visit, tuple(day for (day,) in ahead),
        is_by_allocation=bool(allocated),
    )  # fmt: skip


def read_lists(session: Session, heading: Heading) -> WorkLists:
    """The lists of every team that is in use."""
    asked = Asked(session, heading)
    to_mend, mended = _records_to_mend(asked)
    found = Found(tuple(_owed(asked)), tuple(_late(asked)), tuple(_in_need(asked)), to_mend, mended)
    used = {line.whose.team_key
            for lines in (found.owed, found.late, found.in_need, found.to_mend)
            for line in lines}  # fmt: skip
    names = {key: name for key, name in team_names(session, heading.la_code).items() if key in used}
    return WorkLists(heading, by_team(found, names), tuple(_reported(asked)))


def team_names(session: Session, la_code: str) -> dict[int, str]:
    """The names of the authority's teams, by their keys."""
    return dict(
        session.rows(
            "select team_key, coalesce(name, team_id) from report.team where la_code = :la_code",
            la_code=la_code,
        )
    )


def whose(row: dict[str, Any]) -> Whose:
    """Whose a row of a list is."""
    return Whose(row["case_number"], row["family_id"], row["team_key"], row["staff_id"])


def _what(row: dict[str, Any]) -> str:
    """What is owed, as short as those who owe it say it; a timescale's title tells of its time."""
    words: str = row["timescale"].replace("_", " ")
    return words[0].upper() + words[1:]


def _owed(asked: Asked) -> Iterator[Owed]:
    for row in asked.rows("owed", until=asked.heading.days[-1]):
        yield Owed(
            _what(row), row["started_date"], row["due_date"], bool(row["is_overdue"]),
            bool(row["is_awaiting_record"]), row["working_days_late"], row["stands_on"],
            whose(row),
        )  # fmt: skip


def _late(asked: Asked) -> Iterator[Late]:
    month = asked.heading.month
    for row in asked.rows("completed_late", first=month, last=last_day(asked.session, month)):
        yield Late(
            _what(row), row["due_date"], row["done_date"], row["late_in"],
            row["working_days_late"], whose(row),
        )  # fmt: skip


def _in_need(asked: Asked) -> Iterator[InNeed]:
    heading = asked.heading
    stage_counted(
        asked.session, heading.la_code, the_measure(IN_NEED), month=heading.month,
        known_on=heading.known_on,
    )  # fmt: skip
    for row in asked.rows("in_need"):
        yield InNeed(
            row["received_date"], row["closed_date"], row["need"] or "", row["last_visit_date"],
            _months(row["received_date"], heading.month), whose(row),
        )  # fmt: skip


def _months(received: date, month: date) -> int:
    """Whole months from a day to a month's last day."""
    return (month.year - received.year) * 12 + month.month - received.month


def last_day(session: Session, month: date) -> date:
    """The last day of a month."""
    [(day,)] = session.rows("select month_end from report.date where date = :month", month=month)
    found: date = day
    return found


def _records_to_mend(asked: Asked) -> tuple[tuple[ToMend, ...], Counter[int]]:
    """What is held back or reported now, and how many records no longer are, by team."""
    to_mend, mended = [], set()
    for row in asked.plain(query("to_mend")):
        if row["is_mended"]:
            # However many checks it failed.
            mended.add((row["team_key"], row["table_name"], row["record_id"], row["case_number"]))
            continue
        wrong, mend = _words(row["table_name"], row["reason"], row["column_name"])
        to_mend.append(
            ToMend(
                _noun(row["table_name"]),
                row["record_id"],
                _where(row["column_name"]),
                wrong,
                mend,
                row["since"],
                Whose(row["case_number"], "", row["team_key"], ""),
                is_held_back=bool(row["is_held_back"]),
            )
        )
    return tuple(to_mend), Counter(team_key for team_key, *_ in mended)


def _reported(asked: Asked) -> Iterator[Reported]:
    for row in asked.plain(query("reported"), most_reported=MOST_REPORTED):
        if row["table_name"] in BY_NAME:  # what is said of the whole extract is no record
            _, mend = _words(row["table_name"], row["reason"], "", row["says"])
            table, rows = BY_NAME[row["table_name"]], row["rows_failed"]
            yield Reported(table.noun if rows == 1 else table.plural, row["says"], mend, rows)


def _noun(table: str) -> str:
    """What a record of a table is, in words; a table that is only looked up by its own name."""
    return BY_NAME[table].noun if table in BY_NAME else table


def _where(column: str) -> str:
    """A column in words: of a flag what it is about, without what a reader has no use for."""
    words = column.replace("_", " ")
    words = re.sub("^is (.*) known$", r"\1", words.replace("happened date", "date"))
    return words.removesuffix(" token")


def _words(table: str, reason: str, column: str, says: str | None = None) -> tuple[str, str]:
    """What is wrong, and what is to be done, as the checks of the table say it; of several checks
    of one reason that of the column."""
    found = [each for each in read_suite(table)["expectations"] if each["meta"]["reason"] == reason]
    found.sort(key=lambda each: (each["meta"]["says"] != says,
                                 column not in each["kwargs"].values()))  # fmt: skip
    if not found:
        return _FOUND_IN_READING.get(reason, _OTHERWISE)
    return f"Not so: {found[0]['meta']['says']}", found[0]["meta"]["do"]
