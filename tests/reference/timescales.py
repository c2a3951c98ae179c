"""What was owed to each child by when, worked out one subject at a time.

Rules: "The timescales behind them" on the page on measures, an authority's own standards on the
page on an authority's file, and "Status on a day D" on the page on the warehouse.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .extract import Row, Tables, id_order, loaded_rows

ENGLAND = {
    "single_assessment": ["45 working days"],
    "initial_conference": ["15 working days"],
    "child_protection_review": ["3 months", "6 months"],
    "child_protection_visit": ["10 working days"],
    "looked_after_review": ["20 working days", "3 months", "6 months"],
    "looked_after_visit": ["1 week", "6 weeks"],
}


def read_bank_holidays(path: Path) -> set[date]:
    """The bank holidays of England from a CSV with the columns `date` and `name`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {date.fromisoformat(row["date"].strip()) for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Standard:
    """How long something may take, from a date on; a later step holds from a later link on."""

    steps: tuple[str, ...]
    effective_from: date
    start_is_day_one: bool


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
    always = date.min
    found = [Standard(tuple(ENGLAND[timescale]), always, False)]
    local = authority.get("timescales", {}).get(timescale, [])
    for own in local if isinstance(local, list) else [local]:
        allowance = own["allowance"]
        steps = (allowance,) if isinstance(allowance, str) else tuple(allowance)
        inclusive = own.get("counting", "elapsed") == "inclusive"
        found.append(Standard(steps, own.get("effective_from", always), inclusive))
    return found


def standard_in_force(choices: list[Standard], start: date) -> Standard:
    """The one that came into force last by the day the obligation starts."""
    in_force = choices[0]
    for standard in choices[1:]:
        if in_force.effective_from <= standard.effective_from <= start:
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

    def single_deadline(self, subject: str, started: date, events: list[date]) -> Row:
        """Met by the first event on the start day or later; one before the start does not meet."""
        possible = [event for event in events if event >= started]
        return self.obligation(subject, 1, started, min(possible, default=None), None)

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


def obligations(
    extract: Path, authority: dict, extract_date: date, bank_holidays: set[date]
) -> list[Row]:
    """Everything owed under the six timescales, as this extract shows it."""
    tables = without_merged_children(loaded_rows(extract, authority, extract_date))
    return obligations_of(tables, authority, bank_holidays)


def obligations_of(tables: Tables, authority: dict, bank_holidays: set[date]) -> list[Row]:
    """Everything owed under the six timescales, from rows that are loaded."""
    calendar = Calendar(frozenset(bank_holidays))
    rules = {
        "single_assessment": single_assessments,
        "initial_conference": initial_conferences,
        "child_protection_review": child_protection_reviews,
        "child_protection_visit": child_protection_visits,
        "looked_after_review": looked_after_reviews,
        "looked_after_visit": looked_after_visits,
    }
    found: list[Row] = []
    for timescale, rule in rules.items():
        clock = Clock(timescale, standards(authority, timescale), calendar)
        found.extend(rule(tables, clock))
    return found


def status_on(obligation: Row, day: date) -> str | None:
    """The status on a day; None where the obligation starts later. Dates after it are absent."""
    due, done, closed = (obligation[word] for word in ("due_date", "done_date", "closed_date"))
    if obligation["started_date"] > day:
        return None
    if done and done <= day:
        return "in_time" if done <= due else "late"
    if closed and closed <= day:
        return "ended_before_due" if closed <= due else "not_done"
    return "not_due" if day <= due else "overdue"


def without_merged_children(tables: Tables) -> Tables:
    """A merged duplicate child, and the facts still under it, are outside every measure."""
    merged = {child["id"] for child in tables["DIM_PERSON"] if child["merged"]}
    kept = {}
    for name, rows in tables.items():
        whose = "id" if name == "DIM_PERSON" else "child"
        kept[name] = [row for row in rows if row.get(whose) not in merged]
    return kept


def single_assessments(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the assessment's start to the manager's authorisation; drafts and cancelled ones not."""
    for assessment in tables["FACT_SINGLE_ASSESSMENT"]:
        if is_valid_assessment(assessment):
            authorised = [assessment["authorised"]] if assessment["authorised"] else []
            yield clock.single_deadline(assessment["id"], assessment["started"], authorised)


def is_valid_assessment(assessment: Row) -> bool:
    """Neither a draft (D) nor cancelled (X), whatever date it carries."""
    return assessment["substatus"] not in ("D", "X")


def initial_conferences(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the enquiry's start to the first conference held.

    Owed where the enquiry's outcome is an initial conference or where one that counts was held.
    """
    held_dates: dict[str | None, list[date]] = {}
    for conference in tables["FACT_CP_CONFERENCE"]:
        if is_held_here(conference):
            held_dates.setdefault(conference["enquiry"], []).append(conference["held"])
    for enquiry in tables["FACT_S47"]:
        held = held_dates.get(enquiry["id"], [])
        if held or enquiry["is_to_initial_conference"]:
            yield clock.single_deadline(enquiry["id"], enquiry["started"], held)


def is_held_here(conference: Row) -> bool:
    """Held, not cancelled, and no transfer in from another authority."""
    is_out = conference["is_cancelled"] or conference["is_transfer_in"]
    return conference["held"] is not None and not is_out


def child_protection_reviews(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the plan's start, then from each review held."""
    events = held_reviews(tables["FACT_CP_REVIEW"], "plan")
    for plan in own_plans(tables):
        reviews = events.get(plan["id"], [])
        yield from clock.chain(plan["id"], plan["started"], plan["ended"], reviews)


def looked_after_reviews(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the start of the period of care, then from each review held."""
    events = held_reviews(tables["FACT_CLA_REVIEW"], "period")
    for period in tables["FACT_CLA"]:
        reviews = events.get(period["id"], [])
        yield from clock.chain(period["id"], period["started"], period["ended"], reviews)


def held_reviews(reviews: list[Row], subject: str) -> dict[str | None, list[date]]:
    """The dates of the reviews held, by what they reviewed. Cancelled ones stop no clock."""
    held: dict[str | None, list[date]] = {}
    for review in reviews:
        if review["held"] and not review["is_cancelled"]:
            held.setdefault(review[subject], []).append(review["held"])
    return held


def own_plans(tables: Tables) -> list[Row]:
    """The plans that count: those held for another authority are temporary and do not."""
    return [plan for plan in tables["FACT_CP_PLAN"] if not plan["is_temporary"]]


def child_protection_visits(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the plan's start, then from each visit with the child seen, or not born yet."""
    children = {child["id"]: child for child in tables["DIM_PERSON"]}
    events: dict[str, list[date]] = {}
    for visit, plan in visits_with_their_plans(tables):
        born = children[visit["child"]]["born"]
        if visit["is_child_seen"] or (born and visit["visited"] < born):
            events.setdefault(plan["id"], []).append(visit["visited"])
    for plan in own_plans(tables):
        visits = events.get(plan["id"], [])
        yield from clock.chain(plan["id"], plan["started"], plan["ended"], visits)


def visits_with_their_plans(tables: Tables) -> Iterator[tuple[Row, Row]]:
    """Each child protection visit with the plan it belongs to; a visit without one is left out.

    The plan that the visit record names, if it is the same child's and in force that day, else
    the child's plan in force that day.
    """
    plans = {plan["id"]: plan for plan in own_plans(tables)}
    plans_of_child = rows_by(list(plans.values()), "child")
    records = rows_by(tables["FACT_CP_VISIT"], "casenote")
    for visit in tables["FACT_CASENOTES"]:
        if visit["type"] == "STVC":
            named = [plans.get(record["plan"]) for record in records.get(visit["id"], [])]
            named = [plan for plan in named if plan and plan["child"] == visit["child"]]
            plan = in_force(named, visit["visited"])
            plan = plan or in_force(plans_of_child.get(visit["child"], []), visit["visited"])
            if plan:
                yield visit, plan


def looked_after_visits(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the placement's start, then from each visit while the child is placed there."""
    placements_of_child = rows_by(tables["FACT_CLA_PLACEMENT"], "child")
    events: dict[str, list[date]] = {}
    for visit in tables["FACT_CASENOTES"]:
        if visit["type"] == "STVL":
            placements = placements_of_child.get(visit["child"], [])
            placement = in_force(placements, visit["visited"])
            if placement:
                events.setdefault(placement["id"], []).append(visit["visited"])
    for placement in tables["FACT_CLA_PLACEMENT"]:
        visits = events.get(placement["id"], [])
        yield from clock.chain(placement["id"], placement["started"], placement["ended"], visits)


def in_force(rows: list[Row], day: date) -> Row | None:
    """The one that runs on this day, its first and last day included; of several the newest."""
    running = [
        row for row in rows if row["started"] <= day and (not row["ended"] or day <= row["ended"])
    ]
    return max(running, key=lambda row: (row["started"], id_order(row)), default=None)


def rows_by(rows: list[Row], word: str) -> dict[str | None, list[Row]]:
    """The rows under each value of one column, in their order."""
    found: dict[str | None, list[Row]] = {}
    for row in rows:
        found.setdefault(row[word], []).append(row)
    return found
