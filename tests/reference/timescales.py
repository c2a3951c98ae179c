"""What was owed to each child by when, worked out one subject at a time.

Rules: "The timescales behind them" on the page on measures and "Status on a day D" on the page on
the warehouse. Rows drawn by a test may lack a table or a word that came later: it counts as empty.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from .clocks import Calendar, Clock, add_months, standards
from .extract import Row, Tables, id_order, loaded_rows

LONG_TERM_FOSTER_CARE = {"U1", "U4"}
SHORT_BREAK = re.compile(r"V[34]\b", re.IGNORECASE)


def read_bank_holidays(path: Path) -> set[date]:
    """The bank holidays of England from a CSV with the columns `date` and `name`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {date.fromisoformat(row["date"].strip()) for row in csv.DictReader(file)}


def obligations(
    extract: Path, authority: dict, extract_date: date, bank_holidays: set[date]
) -> list[Row]:
    """Everything owed under every timescale, as this extract shows it."""
    tables = without_merged_children(loaded_rows(extract, authority, extract_date))
    return obligations_of(tables, authority, bank_holidays)


def obligations_of(tables: Tables, authority: dict, bank_holidays: set[date]) -> list[Row]:
    """Everything owed under every timescale, from rows that are loaded."""
    calendar = Calendar(frozenset(bank_holidays))
    rules = {
        "single_assessment": single_assessments,
        "initial_conference": initial_conferences,
        "child_protection_review": child_protection_reviews,
        "child_protection_visit": child_protection_visits,
        "looked_after_review": looked_after_reviews,
        "looked_after_visit": looked_after_visits,
        "single_assessment_from_referral": single_assessments_from_referral,
        "transfer_in_conference": transfer_in_conferences,
        "child_in_need_visit": child_in_need_visits,
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


def single_assessments_from_referral(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the referral's receipt to the first authorisation of an assessment that names it.

    Owed where one that counts names it. That the referral is closed closes nothing.
    """
    authorised: dict[str | None, list[date | None]] = {}
    for assessment in tables["FACT_SINGLE_ASSESSMENT"]:
        if is_valid_assessment(assessment):
            dates = authorised.setdefault(assessment.get("referral"), [])
            dates.append(assessment["authorised"])
    for referral in tables.get("FACT_REFERRALS", []):
        dates = not_before(referral["received"], authorised.get(referral["id"], []))
        if dates:
            yield clock.single_deadline(
                referral["id"], referral["received"], [day for day in dates if day]
            )


def not_before(start: date, dates: list[date | None]) -> list[date | None]:
    """Those that are open or not before the start: an earlier day is wrong and shows nothing."""
    return [day for day in dates if day is None or day >= start]


def initial_conferences(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the enquiry's start to the first conference held.

    Owed where the enquiry's outcome is an initial conference or where one that counts was held.
    """
    held_dates: dict[str | None, list[date]] = {}
    for conference in tables["FACT_CP_CONFERENCE"]:
        if is_held_here(conference):
            held_dates.setdefault(conference["enquiry"], []).append(conference["held"])
    for enquiry in tables["FACT_S47"]:
        held = not_before(enquiry["started"], held_dates.get(enquiry["id"], []))
        if held or enquiry["is_to_initial_conference"]:
            yield clock.single_deadline(enquiry["id"], enquiry["started"], held)


def is_held_here(conference: Row) -> bool:
    """Held, not cancelled, and no transfer in from another authority."""
    is_out = conference["is_cancelled"] or conference["is_transfer_in"]
    return conference["held"] is not None and not is_out


def transfer_in_conferences(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the referral's receipt to the first transfer-in conference held while it is open.

    Owed where the referral is marked as a transfer in or where such a conference, held or only
    booked, names it.
    """
    held_dates: dict[str | None, list[date | None]] = {}
    for conference in tables["FACT_CP_CONFERENCE"]:
        if conference["is_transfer_in"] and not conference["is_cancelled"]:
            held_dates.setdefault(conference.get("referral"), []).append(conference["held"])
    for referral in tables.get("FACT_REFERRALS", []):
        dates = not_before(referral["received"], held_dates.get(referral["id"], []))
        if dates or referral.get("is_transfer_in"):
            yield clock.single_deadline(
                referral["id"],
                referral["received"],
                [day for day in dates if day],
                referral["closed"],
            )


def child_protection_reviews(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the plan's start, then from each review held."""
    events = held_reviews(tables["FACT_CP_REVIEW"], "plan")
    for plan in own_plans(tables):
        reviews = events.get(plan["id"], [])
        yield from clock.chain(plan["id"], plan["started"], plan["ended"], reviews)


def looked_after_reviews(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the start of the period of care, then from each review held."""
    events = held_reviews(tables["FACT_CLA_REVIEW"], "period")
    for period in periods_of_care(tables):
        reviews = events.get(period["id"], [])
        yield from clock.chain(period["id"], period["started"], period["ended"], reviews)


def periods_of_care(tables: Tables) -> list[Row]:
    """The periods of care that count: a series of short breaks (V3, V4) does not.

    It is one when every episode whose legal status is known has V3 or V4, and at least one has.
    """
    statuses = rows_by(tables.get("FACT_LEGAL_STATUS", []), "child")
    episodes_of_period = rows_by(tables.get("FACT_CARE_EPISODES", []), "period")
    periods = []
    for period in tables["FACT_CLA"]:
        known = []
        for episode in episodes_of_period.get(period["id"], []):
            label = legal_status_label(statuses.get(episode["child"], []), episode["started"])
            if label:
                known.append(SHORT_BREAK.match(label) is not None)
        if not (known and all(known)):
            periods.append(period)
    return periods


def legal_status_label(statuses: list[Row], day: date) -> str | None:
    """The child's legal status in force on a day; of several the one that started last."""
    ending = [{**status, "ended": status["expected_end"]} for status in statuses]
    status = in_force(ending, day)
    return status["label"] if status else None


def placements_in_care(tables: Tables) -> list[Row]:
    """The placements that count: those of a series of short breaks do not."""
    in_care = {period["id"] for period in periods_of_care(tables)}
    short_breaks = {period["id"] for period in tables["FACT_CLA"]} - in_care
    return [row for row in tables["FACT_CLA_PLACEMENT"] if row.get("period") not in short_breaks]


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
            plan = plan or visited_under(plans_of_child.get(visit["child"], []), visit["visited"])
            if plan:
                yield visit, plan


def looked_after_visits(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the placement's start, then from each visit while the child is placed there."""
    events = visits_while_in_force(tables, "STVL", tables["FACT_CLA_PLACEMENT"])
    for placement in placements_in_care(tables):
        visits = events.get(placement["id"], [])
        for owed in clock.chain(placement["id"], placement["started"], placement["ended"], visits):
            since = owed["started_date"]
            if is_settled(placement, since) and clock.is_england_in_force(since):
                owed["due_date"] = add_months(since, 3)
            yield owed


def is_settled(placement: Row, day: date) -> bool:
    """Long-term foster care that began 12 months ago or more: England asks for fewer visits.

    The placement's own start is never such a day, so the first visit is due as everywhere.
    """
    is_long_term = (placement.get("type") or "").upper() in LONG_TERM_FOSTER_CARE
    return is_long_term and add_months(placement["started"], 12) <= day


def child_in_need_visits(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the plan's start, then from each visit within it, with the child seen or not."""
    plans = [plan for plan in tables.get("FACT_CARE_PLAN_SUMMARY", []) if not is_cancelled(plan)]
    events = visits_while_in_force(tables, "CNSTAT", plans)
    others = rows_by([*own_plans(tables), *periods_of_care(tables)], "child")
    for plan in plans:
        visits = events.get(plan["id"], [])
        end = end_of_need(plan, others.get(plan["child"], []))
        yield from clock.chain(plan["id"], plan["started"], end, visits)


def end_of_need(plan: Row, others: list[Row]) -> date | None:
    """The plan's end, or before that the day the child came on a protection plan or into care."""
    days = [plan["ended"]] if plan["ended"] else []
    for other in others:
        if other["ended"] is None or other["ended"] > plan["started"]:
            days.append(max(other["started"], plan["started"]))
    return min(days, default=None)


def is_cancelled(plan: Row) -> bool:
    """Whether a child in need plan has the status that stands for cancelled (z)."""
    return (plan["status"] or "").lower() == "z"


def visits_while_in_force(tables: Tables, visit_type: str, subjects: list[Row]) -> dict:
    """The dates of the visits of one type, by the id of the child's subject in force that day."""
    subjects_of_child = rows_by(subjects, "child")
    events: dict[str, list[date]] = {}
    for visit in tables["FACT_CASENOTES"]:
        if visit["type"] == visit_type:
            subject = visited_under(subjects_of_child.get(visit["child"], []), visit["visited"])
            if subject:
                events.setdefault(subject["id"], []).append(visit["visited"])
    return events


def visited_under(rows: list[Row], day: date) -> Row | None:
    """What a visit on this day counts for: what runs on it, if need be what begins on it.

    On the first day no clock is stopped, so where a child moves the visit counts for the old.
    """
    return in_force([row for row in rows if row["started"] < day], day) or in_force(rows, day)


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
