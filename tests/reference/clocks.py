"""How long something may take, on which days time is counted, and what a clock makes of events.

Rules: "The timescales behind them" on the page on measures and an authority's own standards on
the page on an authority's file. What starts and stops each clock is in `timescales`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .extract import Row

ENGLAND = {
    "single_assessment": ["45 working days"],
    "initial_conference": ["15 working days"],
    "child_protection_review": ["3 months", "6 months"],
    "child_protection_visit": ["10 working days"],
    "looked_after_review": ["20 working days", "3 months", "6 months"],
    "looked_after_visit": ["1 week", "6 weeks"],
    "single_assessment_from_referral": ["45 working days"],
    "transfer_in_conference": ["15 working days"],
    "child_in_need_visit": ["20 working days"],
    "initial_health_assessment": ["20 working days"],
    "review_health_assessment": ["12 months"],
}


@dataclass(frozen=True)
class Standard:
    """How long something may take, from a date on; a later step holds from a later link on.

    `effective_to` is the first day on which it no longer holds.
    """

    steps: tuple[str, ...]
    effective_from: date
    effective_to: date
    start_is_day_one: bool

    def holds_on(self, day: date) -> bool:
        """Whether it is one of the standards of this day."""
        return self.effective_from <= day < self.effective_to


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: Monday to Friday, bank holidays of England excepted."""

    bank_holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work on this day."""
        return day.weekday() < 5 and day not in self.bank_holidays

    def add_working_days(self, start: date, number: int) -> date:
        """The n-th working day after the start, found by stepping a day at a time."""
        day = start
        while number > 0:
            day += timedelta(days=1)
            if self.is_working_day(day):
                number -= 1
        return day


def add_months(start: date, number: int) -> date:
    """The same day so many months on (or back), or that month's last day if it has no such day."""
    months = start.year * 12 + start.month - 1 + number
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(start.day, last_day_of_month(year, month).day))


def last_day_of_month(year: int, month: int) -> date:
    """The day before the first of the next month."""
    first_of_next = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return first_of_next - timedelta(days=1)


def standards(authority: dict, timescale: str) -> list[Standard]:
    """England's standard, then the authority's own, which take its place from their dates on."""
    found = [Standard(tuple(ENGLAND[timescale]), date.min, date.max, False)]
    local = authority.get("timescales", {}).get(timescale, [])
    for own in local if isinstance(local, list) else [local]:
        allowance = own["allowance"]
        steps = (allowance,) if isinstance(allowance, str) else tuple(allowance)
        inclusive = own.get("counting", "elapsed") == "inclusive"
        since, until = own.get("effective_from", date.min), own.get("effective_to", date.max)
        found.append(Standard(steps, since, until, inclusive))
    return found


def standard_in_force(choices: list[Standard], start: date) -> Standard:
    """Of those that hold on the day the obligation starts, the one that came into force last."""
    in_force = choices[0]
    for standard in choices[1:]:
        if standard.holds_on(start) and in_force.effective_from <= standard.effective_from:
            in_force = standard
    return in_force


def due_date(standard: Standard, sequence: int, start: date, calendar: Calendar) -> date:
    """The last day on which an event is in time. Never moved off a weekend or a holiday.

    Counted from the start as day 0, or as day 1: then everything is due one day sooner, a working
    day where working days are counted.
    """
    number_text, unit = standard.steps[min(sequence, len(standard.steps)) - 1].split(maxsplit=1)
    number, sooner = int(number_text), 1 if standard.start_is_day_one else 0
    if unit in ("working day", "working days"):
        return calendar.add_working_days(start, number - sooner)
    if unit in ("day", "days"):
        return start + timedelta(days=number - sooner)
    if unit in ("week", "weeks"):
        return start + timedelta(days=7 * number - sooner)
    if unit in ("month", "months"):
        return add_months(start, number) - timedelta(days=sooner)
    raise ValueError(f"unknown unit of an allowance: {unit}")


@dataclass(frozen=True)
class Clock:
    """One timescale of one authority: turns a subject and its events into obligations."""

    timescale: str
    choices: list[Standard]
    calendar: Calendar

    def obligation(
        self, subject: str, sequence: int, started: date, done: date | None, closed: date | None
    ) -> Row:
        """One thing owed, due by the standard in force on the day it starts."""
        standard = standard_in_force(self.choices, started)
        return {
            "timescale": self.timescale,
            "subject_id": subject,
            "sequence": sequence,
            "started_date": started,
            "due_date": due_date(standard, sequence, started, self.calendar),
            "done_date": done,
            "closed_date": closed,
        }

    def is_england_in_force(self, day: date) -> bool:
        """Whether England's standard holds for what starts on this day, and no own one."""
        return standard_in_force(self.choices, day) is self.choices[0]

    def single_deadline(
        self, subject: str, started: date, events: list[date], ended: date | None = None
    ) -> Row:
        """Met by the first event on the start day or later; one before the start does not meet.

        Where the subject ends, an event after its last day does not meet either: what nothing met
        is closed that day.
        """
        possible = [day for day in events if started <= day and (ended is None or day <= ended)]
        done = min(possible, default=None)
        return self.obligation(subject, 1, started, done, None if done else ended)

    def chain(
        self, subject: str, started: date, ended: date | None, events: list[date]
    ) -> Iterator[Row]:
        """Each event meets what is owed and starts the clock again.

        An event on the subject's own start day stops nothing; one on its last day closes the
        chain; what is owed when the subject ends is closed that day.
        """
        sequence, clock_start = 1, started
        for event in sorted(set(events)):
            if started < event and (ended is None or event <= ended):
                yield self.obligation(subject, sequence, clock_start, event, None)
                sequence, clock_start = sequence + 1, event
        if clock_start == started or clock_start != ended:
            yield self.obligation(subject, sequence, clock_start, None, ended)
