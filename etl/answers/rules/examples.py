"""The worked examples of a rule's page: its six boundary rows, and how its clocks follow on.

Days are chosen that show the point: over Easter where working days are counted, at a month's end
where months are. What is owed on them the product says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from etl.answers.counting import DAY, calendar_time, holidays_not_counted
from etl.answers.rules.owed import History, Owed, next_due, owed
from etl.calendar import working_days
from etl.calendar.allowance import Allowance
from etl.calendar.working_days import bank_holidays, last_day, why_not_worked
from etl.derive.rule import Rule
from etl.derive.standards import Standard, england

# The years of the examples, where the standard was in force in them.
FROM, UNTIL = date(2023, 1, 1), date(2026, 1, 1)
TWO_YEARS = timedelta(days=730)
LATE = timedelta(days=3)
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """A boundary row. owed: as the standard has it, None where nothing ends what is owed; beside:
    the same by England's, where the standard is an authority's own."""

    says: str
    history: History
    owed: Owed | None
    beside: Owed | None


@dataclass(frozen=True)
class Example:
    """The six boundary rows of one standard, and what the calendar had to do with its due day."""

    standard: Standard
    started: date
    due: date
    calendar: tuple[str, ...]
    cases: tuple[Case, ...]


def example(rule: Rule, standards: list[Standard], standard: Standard) -> Example:
    """Of one of the rule's standards over time: the days are taken from when it was in force.

    Raises NightStopped where the calendar of bank holidays does not reach to then.
    """
    started = start_that_shows(standard)
    due = next_due(rule, standards, History(started, started))
    written = _six(rule, started, due)
    asked = [history for _, history in written]
    found = owed(rule, standards, asked)
    beside = owed(rule, [england(rule)], asked) if standard.is_local else None
    return Example(
        standard,
        started,
        due,
        tuple(_calendar(standard, started, due)),
        tuple(
            Case(
                says,
                history,
                found[number][0] if _can_be(rule, history) else None,
                beside[number][0] if beside and _can_be(rule, history) else None,
            )
            for number, (says, history) in enumerate(written)
        ),
    )


def _six(rule: Rule, started: date, due: date) -> list[tuple[str, History]]:
    after = due + DAY
    ended = after if rule.clock.ends else None
    return [
        ("Done on the due day", History(started, due, (due,))),
        ("Done the day after", History(started, after, (after,))),
        ("Open on the due day", History(started, due)),
        ("Open the day after", History(started, after)),
        ("Ended by the due day", History(started, due, ended=due)),
        ("Never done", History(started, ended or due + timedelta(days=365), ended=ended)),
    ]


def _can_be(rule: Rule, history: History) -> bool:
    return bool(rule.clock.ends) or history.ended is None


def _calendar(standard: Standard, started: date, due: date) -> list[str]:
    """What of the calendar went into the due day, as sentences."""
    unit = standard.steps[0].unit
    if unit != "working days":
        lines = calendar_time(started, due, unit, standard.counting)
    else:
        names = [
            f"{bank_holidays()[day]} ({day.day} {day:%B})"
            for day in holidays_not_counted(started, due)
        ]
        listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
        days = [started + DAY * number for number in range(1, (due - started).days + 1)]
        weekends = sum(day.weekday() == 5 for day in days)
        lines = [f"{listed} not counted." if names else "No bank holiday lies between."]
        if weekends:
            lines.append(f"{weekends} weekend{'s' * (weekends > 1)} not counted.")
    return lines + (["The start counts as day 1."] if standard.counting == "inclusive" else [])


def start_that_shows(standard: Standard) -> date:
    """The first day, of those on which the standard is in force, whose due day shows most."""
    first, last = _in_force(standard)
    starts = np.arange(np.datetime64(first), np.datetime64(last))
    step = standard.steps[0]
    due = working_days.add(starts, step, counting=standard.counting)
    points = np.where(_is_worked(starts), 2, 0)
    if step.unit == "working days":
        points += 3 * np.minimum(_holidays_until(due) - _holidays_until(starts), 2)
        points += _is_worked(due + 1)
    else:
        same_day = due + 1 if standard.counting == "inclusive" else due
        if step.unit == "months":
            points += np.where(_day_of_month(same_day) < _day_of_month(starts), 5, 0)
        points += np.where(_is_worked(due), 0, 3)
    found: date = starts[int(np.argmax(points))].item()
    return found


def _in_force(standard: Standard) -> tuple[date, date]:
    """The first day to choose from, and the first no more."""
    begins, ends = standard.effective_from, standard.effective_to
    if ends <= FROM:
        return max(begins, ends - TWO_YEARS), ends
    first = max(begins, FROM)
    until = min(ends, UNTIL if first < UNTIL else _no_later(first + TWO_YEARS))
    return first, max(until, first + DAY)


def _no_later(day: date) -> date:
    return min(day, last_day() - TWO_YEARS)


def _is_worked(days: working_days.Days) -> Flags:
    return np.array([why_not_worked(day) is None for day in days.tolist()])


def _holidays_until(days: working_days.Days) -> npt.NDArray[np.int64]:
    """How many bank holidays from Monday to Friday there were until each day."""
    holidays = np.array(sorted(bank_holidays()), dtype="datetime64[D]")
    return np.searchsorted(holidays[np.is_busday(holidays)], days, side="right")


def _day_of_month(days: working_days.Days) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = (days - days.astype("datetime64[M]")).astype(np.int64)
    return found


def follow_on(rule: Rule, standards: list[Standard], start: date) -> tuple[Owed, ...]:
    """How one clock follows on another: each step is done on its due day, but the second late. The
    last obligation is open. Nothing for a rule with one deadline."""
    if not rule.is_recurring:
        return ()
    in_force = next(one for one in standards if one.effective_from <= start < one.effective_to)
    done: list[date] = []
    for number in range(1, max(2, len(in_force.steps)) + 1):
        due = next_due(rule, standards, History(start, start, tuple(done)))
        done.append(due + LATE if number == 2 else due)
    [chain] = owed(rule, standards, [History(start, done[-1], tuple(done))])
    return tuple(chain)


def later_on(rule: Rule, standards: list[Standard], start: date) -> tuple[Owed, ...]:
    """The last obligation by the usual allowance, and the first by the rule's other one: each done
    on its due day. Nothing where the standard then in force has no other."""
    later = standards[-1].later
    if later is None:
        return ()
    done: list[date] = []
    lasted = added(start, later.after)
    while not done or done[-1] < lasted:
        done.append(next_due(rule, standards, History(start, start, tuple(done), is_later=True)))
    [chain] = owed(rule, standards, [History(start, done[-1], tuple(done), is_later=True)])
    return tuple(chain[-2:])


def added(start: date, allowance: Allowance, counting: str = "elapsed") -> date:
    """The day that an allowance from the start ends on."""
    days = working_days.add(np.array([start], dtype="datetime64[D]"), allowance, counting=counting)
    found: date = days[0].item()
    return found
