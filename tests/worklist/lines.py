"""Lines of work lists, made by hand."""

from __future__ import annotations

from datetime import date, timedelta

from etl.worklist.lists import PRACTICE, Heading, Late, Owed, ToMend, Whose

# A Monday, and the ten working days after it.
KNOWN_ON = date(2014, 11, 3)
DAYS = tuple(
    KNOWN_ON + timedelta(days=number)
    for number in range(1, 15)
    if (KNOWN_ON + timedelta(days=number)).weekday() < 5
)
HEADING = Heading(
    "874", "Peterborough", KNOWN_ON, date(2014, 10, 1), date(2014, 10, 31), DAYS,
    is_by_allocation=True,
)  # fmt: skip


def whose(case: str, *, team: int = 1, family: str = "", worker: str = "S1") -> Whose:
    return Whose(case, family, team, worker)


def overdue(case: str, days_late: int, *, what: str = "Visit", team: int = 1) -> Owed:
    due = KNOWN_ON - timedelta(days=days_late)
    return Owed(what, due - timedelta(days=28), due, True, False, days_late, due,
                whose(case, team=team))  # fmt: skip


def awaiting(case: str, days_late: int = 5, *, team: int = 1) -> Owed:
    due = KNOWN_ON - timedelta(days=days_late)
    return Owed("Review", due - timedelta(days=90), due, True, True, days_late, due,
                whose(case, team=team))  # fmt: skip


def due(case: str, day: date, *, stands_on: date | None = None, what: str = "Visit") -> Owed:
    return Owed(what, day - timedelta(days=28), day, False, False, None, stands_on or day,
                whose(case))  # fmt: skip


def late(case: str, days_late: int, *, family: str = "", late_in: str = PRACTICE) -> Late:
    day = date(2014, 10, 1)
    return Late("Single assessment", day, day + timedelta(days=days_late), late_in, days_late,
                whose(case, family=family))  # fmt: skip


def to_mend(number: str, since: date, *, wrong: str = "wrong", is_held_back: bool = True) -> ToMend:
    return ToMend("visit", number, "visited date", wrong, "Mend it.", since, whose("1"),
                  is_held_back)  # fmt: skip
