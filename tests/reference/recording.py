"""Whether what was done was recorded by its due date, looked up night by night.

Rules: on the page on measures, the paragraph under the pair, and "An event, for its recording day".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .clocks import add_months
from .extract import Row, Tables
from .timescales import (
    is_cancelled,
    is_health_assessment,
    is_held_here,
    is_valid_assessment,
    own_plans,
    periods_of_care,
    rows_by,
    visits_while_in_force,
    visits_with_their_plans,
    with_ends_in_care,
)

ONE_DAY = timedelta(days=1)
Nights = list[tuple[date, Tables]]


@dataclass(frozen=True)
class Event:
    """What may have met an obligation. recorded: the source's own day of recording it."""

    table: str
    id: str
    day: date
    recorded: date | None


class Recording:
    """nights: every extract up to tonight's, in order, with its rows that are loaded. tables:
    tonight's without those of merged children."""

    def __init__(self, nights: Nights, tables: Tables) -> None:
        """List what meets things tonight, and on which night each record came with its day."""
        self.extracts = [night for night, _ in nights]
        self.met_by: dict[tuple[str, str, date], list[Event]] = {}
        for timescale, subject, event in meetings_of_obligations(tables):
            self.met_by.setdefault((timescale, subject, event.day), []).append(event)
        self.first_held: dict[tuple[str, str, date], date] = {}
        for night, loaded in nights:
            for event in every_event(loaded):
                self.first_held.setdefault((event.table, event.id, event.day), night)

    def is_by_due_date(self, timescale: str, owed: Row) -> bool | None:
        """Whether the doing of what was done was recorded by its due date; None: not known."""
        events = self.met_by[(timescale, owed["subject_id"], owed["done_date"])]
        own = [event.recorded for event in events if event.recorded]
        if own:
            return min(own) <= owed["due_date"]
        first = min(self.first_held[(event.table, event.id, event.day)] for event in events)
        if first <= owed["due_date"] + ONE_DAY:
            return True
        earlier = [night for night in self.extracts if night < first]
        if earlier and earlier[-1] > owed["due_date"]:
            return False
        return None


def every_event(tables: Tables) -> Iterator[Event]:
    """Every record that holds an event: cancelled, inquorate and draft ones hold none."""
    for row in tables["FACT_SINGLE_ASSESSMENT"]:
        if is_valid_assessment(row) and row["authorised"]:
            yield Event("FACT_SINGLE_ASSESSMENT", row["id"], row["authorised"], row["recorded"])
    for row in tables["FACT_CP_CONFERENCE"]:
        if row["held"] and not row["is_cancelled"]:
            yield Event("FACT_CP_CONFERENCE", row["id"], row["held"], None)
    for name in ("FACT_CP_REVIEW", "FACT_CLA_REVIEW"):
        for row in tables[name]:
            if row["held"] and not row["is_cancelled"] and row.get("is_quorate") is not False:
                yield Event(name, row["id"], row["held"], None)
    yield from map(visit_event, tables["FACT_CASENOTES"])
    yield from map(health_event, filter(is_health_assessment, tables["FACT_HEALTH_CHECK"]))


def visit_event(visit: Row) -> Event:
    """A visit as an event."""
    return Event("FACT_CASENOTES", visit["id"], visit["visited"], visit["recorded"])


def health_event(check: Row) -> Event:
    """A health assessment as an event."""
    return Event("FACT_HEALTH_CHECK", check["id"], check["checked"], None)


def meetings_of_obligations(tables: Tables) -> Iterator[tuple[str, str, Event]]:
    """Timescale, subject and event of whatever may meet an obligation, whenever it is owed."""
    yield from of_assessments(tables)
    yield from of_conferences(tables)
    yield from of_reviews(tables)
    yield from of_visits(tables)
    yield from of_health_assessments(tables)


def of_assessments(tables: Tables) -> Iterator[tuple[str, str, Event]]:
    """An authorisation meets its assessment, and its child's referral that it names."""
    child_of_referral = {row["id"]: row["child"] for row in tables["FACT_REFERRALS"]}
    for row in tables["FACT_SINGLE_ASSESSMENT"]:
        if is_valid_assessment(row) and row["authorised"]:
            event = Event("FACT_SINGLE_ASSESSMENT", row["id"], row["authorised"], row["recorded"])
            yield "single_assessment", row["id"], event
            if child_of_referral.get(row["referral"]) == row["child"]:
                yield "single_assessment_from_referral", row["referral"], event


def of_conferences(tables: Tables) -> Iterator[tuple[str, str, Event]]:
    """A conference meets its child's enquiry, the one it names or one in the 3 months before; one
    that is a transfer in meets the referral it names."""
    enquiries = rows_by(tables["FACT_S47"], "child")
    for row in tables["FACT_CP_CONFERENCE"]:
        event = Event("FACT_CP_CONFERENCE", row["id"], row["held"], None)
        for enquiry in enquiries.get(row["child"], []) if is_held_here(row) else ():
            is_near = enquiry["started"] <= row["held"] <= add_months(enquiry["started"], 3)
            if row["enquiry"] == enquiry["id"] or is_near:
                yield "initial_conference", enquiry["id"], event
        if row["is_transfer_in"] and row["held"] and not row["is_cancelled"] and row["referral"]:
            yield "transfer_in_conference", row["referral"], event


def of_reviews(tables: Tables) -> Iterator[tuple[str, str, Event]]:
    """A review that was held meets its child's plan or period of care."""
    for timescale, name, subject, subjects in (
        ("child_protection_review", "FACT_CP_REVIEW", "plan", own_plans(tables)),
        ("looked_after_review", "FACT_CLA_REVIEW", "period", tables["FACT_CLA"]),
    ):
        child = {row["id"]: row["child"] for row in subjects}
        for row in tables[name]:
            is_out = row["is_cancelled"] or row.get("is_quorate") is False
            if row["held"] and not is_out and child.get(row[subject]) == row["child"]:
                yield timescale, row[subject], Event(name, row["id"], row["held"], None)


def of_visits(tables: Tables) -> Iterator[tuple[str, str, Event]]:
    """A visit meets the plan or placement that it was made under."""
    born = {child["id"]: child["born"] for child in tables["DIM_PERSON"]}
    for visit, plan in visits_with_their_plans(tables):
        birth = born[visit["child"]]
        if visit["is_child_seen"] or (birth and visit["visited"] < birth):
            yield "child_protection_visit", plan["id"], visit_event(visit)
    plans = [row for row in tables["FACT_CARE_PLAN_SUMMARY"] if not is_cancelled(row)]
    for timescale, visit_type, subjects in (
        ("child_in_need_visit", "CNSTAT", plans),
        ("looked_after_visit", "STVL", with_ends_in_care(tables)),
    ):
        for subject, visits in visits_while_in_force(tables, visit_type, subjects).items():
            for visit in visits:
                yield timescale, subject, visit_event(visit)


def of_health_assessments(tables: Tables) -> Iterator[tuple[str, str, Event]]:
    """A health assessment meets its child's periods of care that it falls in."""
    periods = rows_by(periods_of_care(tables), "child")
    for check in filter(is_health_assessment, tables["FACT_HEALTH_CHECK"]):
        for period in periods.get(check["child"], []):
            if period["started"] <= check["checked"] <= (period["ended"] or date.max):
                yield "initial_health_assessment", period["id"], health_event(check)
                yield "review_health_assessment", period["id"], health_event(check)
