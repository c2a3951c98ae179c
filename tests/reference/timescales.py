"""What was owed to each child by when, worked out one subject at a time.

Rules: "The timescales behind them" on the page on measures and "Status on a day D" on the page on
the warehouse. Rows drawn by a test may lack a table or a word that came later: it counts as empty.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from .clocks import Calendar, Clock, add_months, standards
from .extract import Row, Tables, id_order, is_completed, loaded_rows

LONG_TERM_FOSTER_CARE = {"U1", "U4"}
SHORT_BREAK = re.compile(r"V[34]\b", re.IGNORECASE)
LISTED = re.compile(r"(C[12]|D1|E1|V[234]|L[123]|J[123])\b", re.IGNORECASE)
HEALTH_ASSESSMENT = re.compile(r"health\s+assessment", re.IGNORECASE)
INTERIM_CARE_ORDER = re.compile(r"C1\b", re.IGNORECASE)
ONE_DAY = timedelta(days=1)


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
        "initial_health_assessment": initial_health_assessments,
        "review_health_assessment": review_health_assessments,
    }
    found: list[Row] = []
    for timescale, rule in rules.items():
        clock = Clock(timescale, standards(authority, timescale), calendar)
        found.extend(rule(tables, clock))
    return found


def end_in_life(tables: Tables, row: Row, ended: date | None) -> date | None:
    """The last day on which anything is owed: the subject's end, or its child's death before."""
    died = next(
        (child.get("died") for child in tables["DIM_PERSON"] if child["id"] == row["child"]), None
    )
    return min([day for day in (ended, died) if day], default=None)


def chain(
    tables: Tables, clock: Clock, row: Row, ended: date | None, events: list[date]
) -> Iterator[Row]:
    """The chain of a subject, as long as it and its child live."""
    end = end_in_life(tables, row, ended)
    if end is None or row["started"] <= end:
        yield from clock.chain(row["id"], row["started"], end, events)


def deadline(
    tables: Tables, clock: Clock, row: Row, started: date, events: list[date],
    ended: date | None = None,
) -> Iterator[Row]:  # fmt: skip
    """The one deadline of a subject, where its child was alive on the day that it started."""
    end = end_in_life(tables, row, ended)
    if end is None or started <= end:
        yield clock.single_deadline(row["id"], started, events, end)


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
            yield from deadline(tables, clock, assessment, assessment["started"], authorised)


def is_valid_assessment(assessment: Row) -> bool:
    """Neither a draft (D) nor cancelled (X), whatever date it carries."""
    return assessment["substatus"] not in ("D", "X")


def single_assessments_from_referral(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the referral's receipt to the first authorisation of its child's assessment that names
    it.

    Owed where one that counts names it. That the referral is closed closes nothing.
    """
    authorised: dict[tuple[str | None, str], list[date | None]] = {}
    for assessment in tables["FACT_SINGLE_ASSESSMENT"]:
        if is_valid_assessment(assessment):
            named = (assessment.get("referral"), assessment["child"])
            authorised.setdefault(named, []).append(assessment["authorised"])
    for referral in tables.get("FACT_REFERRALS", []):
        dates = authorised.get((referral["id"], referral["child"]), [])
        dates = not_before(referral["received"], dates)
        if dates:
            authorisations = [day for day in dates if day]
            yield from deadline(tables, clock, referral, referral["received"], authorisations)


def not_before(start: date, dates: list[date | None]) -> list[date | None]:
    """Those that are open or not before the start: an earlier day is wrong and shows nothing."""
    return [day for day in dates if day is None or day >= start]


def initial_conferences(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the enquiry's start to the first conference held of its child.

    Owed where the enquiry's outcome is an initial conference or where one that counts was held.
    One whose outcome is a conference and that has none of its own is met by the first of the child
    within three months, unless that names another child's enquiry.
    """
    whose = {enquiry["id"]: enquiry["child"] for enquiry in tables["FACT_S47"]}
    for enquiry in tables["FACT_S47"]:
        start = enquiry["started"]
        held = [
            conference for conference in tables["FACT_CP_CONFERENCE"]
            if is_held_here(conference) and conference["child"] == enquiry["child"]
            and conference["held"] >= start
            and whose.get(conference["enquiry"], enquiry["child"]) == enquiry["child"]
        ]  # fmt: skip
        own = [row["held"] for row in held if row["enquiry"] == enquiry["id"]]
        if not own and enquiry["is_to_initial_conference"]:
            own = [row["held"] for row in held if row["held"] <= add_months(start, 3)]
            yield from deadline(tables, clock, enquiry, start, own)
        elif own:
            yield from deadline(tables, clock, enquiry, start, own)


def is_held_here(conference: Row) -> bool:
    """Held, not cancelled, and no transfer in from another authority."""
    is_out = conference["is_cancelled"] or conference["is_transfer_in"]
    return conference["held"] is not None and not is_out


def transfer_in_conferences(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the referral's receipt to the first transfer-in conference held while it is open.

    Owed where the referral is marked as a transfer in or where such a conference, held or only
    booked, names it.
    """
    held_dates: dict[tuple[str | None, str], list[date | None]] = {}
    for conference in tables["FACT_CP_CONFERENCE"]:
        if conference["is_transfer_in"] and not conference["is_cancelled"]:
            named = (conference.get("referral"), conference["child"])
            held_dates.setdefault(named, []).append(conference["held"])
    for referral in tables.get("FACT_REFERRALS", []):
        dates = held_dates.get((referral["id"], referral["child"]), [])
        dates = not_before(referral["received"], dates)
        if dates or referral.get("is_transfer_in"):
            held = [day for day in dates if day]
            received, closed = referral["received"], referral["closed"]
            yield from deadline(tables, clock, referral, received, held, closed)


def child_protection_reviews(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the plan's start, then from each review held."""
    events = held_reviews(tables["FACT_CP_REVIEW"], "plan")
    for plan in own_plans(tables):
        reviews = events.get((plan["id"], plan["child"]), [])
        yield from chain(tables, clock, plan, plan["ended"], reviews)


def looked_after_reviews(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the start of the period of care, then from each review held."""
    events = held_reviews(tables["FACT_CLA_REVIEW"], "period")
    for period in periods_of_care(tables):
        reviews = events.get((period["id"], period["child"]), [])
        yield from chain(tables, clock, period, period["ended"], reviews)


def periods_of_care(tables: Tables) -> list[Row]:
    """The periods of care that count: a series of short breaks (V3, V4) does not.

    It is one when every listed legal status in force during it is V3 or V4, and there is one. On
    the day on which a status or a period ends it is over, unless that is its only one.
    """
    statuses = rows_by(tables.get("FACT_LEGAL_STATUS", []), "child")
    periods = []
    for period in tables["FACT_CLA"]:
        first = period["started"]
        last = max(first, period["ended"] - ONE_DAY) if period["ended"] else date.max
        labels = [
            status["label"] for status in statuses.get(period["child"], [])
            if LISTED.match(status["label"] or "") and status["started"] <= last
            and (status["expected_end"] is None or status["expected_end"] > first)
        ]  # fmt: skip
        if not labels or not all(SHORT_BREAK.match(label) for label in labels):
            periods.append(period)
    return periods


def placements_in_care(tables: Tables) -> list[Row]:
    """The placements that count: those of a series of short breaks do not."""
    in_care = {(period["id"], period["child"]) for period in periods_of_care(tables)}
    short_breaks = {(period["id"], period["child"]) for period in tables["FACT_CLA"]} - in_care
    return [
        row for row in tables["FACT_CLA_PLACEMENT"]
        if (row.get("period"), row["child"]) not in short_breaks
    ]  # fmt: skip


def held_reviews(reviews: list[Row], subject: str) -> dict[tuple[str | None, str], list[date]]:
    """The dates of the reviews held, by what they reviewed and whose they are. Cancelled and
    inquorate ones stop no clock."""
    held: dict[tuple[str | None, str], list[date]] = {}
    for review in reviews:
        is_out = review["is_cancelled"] or review.get("is_quorate") is False
        if review["held"] and not is_out:
            held.setdefault((review[subject], review["child"]), []).append(review["held"])
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
        yield from chain(tables, clock, plan, plan["ended"], visits)


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
    placements = with_ends_in_care(tables)
    events = visits_while_in_force(tables, "STVL", placements)
    in_care = {placement["id"] for placement in placements_in_care(tables)}
    for placement in placements:
        if placement["id"] not in in_care:
            continue
        visits = days_of(events.get(placement["id"], []))
        for owed in chain(tables, clock, placement, placement["ended"], visits):
            since = owed["started_date"]
            if clock.is_england_in_force(since):
                if is_settled(placement, since):
                    owed["due_date"] = add_months(since, 3)
                elif owed["sequence"] > 1 and is_with_parents_until_heard(tables, placement, since):
                    weeks = 4 if is_reviewed(tables, placement, since) else 1
                    owed["due_date"] = since + timedelta(weeks=weeks)
            yield owed


def with_ends_in_care(tables: Tables) -> list[Row]:
    """The placements, each ended at the latest with its period of care."""
    return [{**row, "ended": end_of_placement(tables, row)} for row in tables["FACT_CLA_PLACEMENT"]]


def end_of_placement(tables: Tables, placement: Row) -> date | None:
    """Its own end, or before that the end of its period of care."""
    ends = [
        period["ended"]
        for period in tables["FACT_CLA"]
        if (period["id"], period["child"]) == (placement.get("period"), placement["child"])
    ]
    return min([day for day in (placement["ended"], *ends) if day], default=None)


def is_with_parents_until_heard(tables: Tables, placement: Row, day: date) -> bool:
    """Placed with parents while an interim care order is in force."""
    orders = [
        status for status in tables.get("FACT_LEGAL_STATUS", [])
        if status["child"] == placement["child"] and INTERIM_CARE_ORDER.match(status["label"] or "")
        and status["started"] <= day
        and (status["expected_end"] is None or day < status["expected_end"])
    ]  # fmt: skip
    return (placement.get("type") or "").upper() == "P1" and bool(orders)


def is_reviewed(tables: Tables, placement: Row, day: date) -> bool:
    """Whether a review of its period was held by the day, and after the period's first day."""
    period = next((row for row in tables["FACT_CLA"] if row["id"] == placement["period"]), None)
    if period is None or period["child"] != placement["child"]:
        return False
    held = held_reviews(tables["FACT_CLA_REVIEW"], "period")
    days = held.get((period["id"], period["child"]), [])
    return any(period["started"] < review <= day for review in days)


def is_settled(placement: Row, day: date) -> bool:
    """Long-term foster care that began 12 months ago or more: England asks for fewer visits.

    The placement's own start is never such a day, so the first visit is due as everywhere.
    """
    is_long_term = (placement.get("type") or "").upper() in LONG_TERM_FOSTER_CARE
    return is_long_term and add_months(placement["started"], 12) <= day


def initial_health_assessments(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the start of the period of care to the child's first health assessment in it."""
    assessed = days_assessed(tables)
    for period in periods_of_care(tables):
        days = assessed.get(period["child"], [])
        yield from deadline(tables, clock, period, period["started"], days, period["ended"])


def review_health_assessments(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the first health assessment in the period, on its first day too, then from each later
    one. After one on the last day nothing more is owed, be it the first."""
    assessed = days_assessed(tables)
    for period in periods_of_care(tables):
        last = end_in_life(tables, period, period["ended"]) or date.max
        days = [d for d in assessed.get(period["child"], []) if period["started"] <= d <= last]
        if not days or min(days) == last:
            continue
        since_first = {**period, "started": min(days)}
        for owed in chain(tables, clock, since_first, period["ended"], days):
            since = owed["started_date"]
            if clock.is_england_in_force(since) and is_under_five(tables, period["child"], since):
                owed["due_date"] = add_months(since, 6)
            yield owed


def days_assessed(tables: Tables) -> dict[str | None, list[date]]:
    """By child, the days on which its health was assessed."""
    found: dict[str | None, list[date]] = {}
    for check in tables.get("FACT_HEALTH_CHECK", []):
        if is_health_assessment(check):
            found.setdefault(check["child"], []).append(check["checked"])
    return found


def is_health_assessment(check: Row) -> bool:
    """Whether a check is a health assessment that was made: not the dentist's, not one booked."""
    return HEALTH_ASSESSMENT.search(check["type"] or "") is not None and is_completed(check)


def is_under_five(tables: Tables, child: str, day: date) -> bool:
    """Whether the day is before the child's fifth birthday; not, where no birth date is known."""
    born = next((row["born"] for row in tables["DIM_PERSON"] if row["id"] == child), None)
    return born is not None and day < add_months(born, 60)


def child_in_need_visits(tables: Tables, clock: Clock) -> Iterator[Row]:
    """From the plan's start, then from each visit within it, with the child seen or not; anew
    after each time on a protection plan or in care."""
    plans = [plan for plan in tables.get("FACT_CARE_PLAN_SUMMARY", []) if not is_cancelled(plan)]
    events = visits_while_in_force(tables, "CNSTAT", plans)
    others = rows_by([*own_plans(tables), *periods_of_care(tables)], "child")
    for plan in plans:
        sequence = 0
        for started, ended in times_in_need(plan, others.get(plan["child"], [])):
            visits = days_of(events.get(plan["id"], []))
            for owed in chain(tables, clock, {**plan, "started": started}, ended, visits):
                sequence += 1
                yield {**owed, "sequence": sequence}


def times_in_need(plan: Row, others: list[Row]) -> list[tuple[date, date | None]]:
    """From when to when visits are owed under the plan, found by looking at each day of it."""
    known = [plan["started"], *(row["started"] for row in others), *(
        row["ended"] for row in (plan, *others) if row["ended"])]  # fmt: skip
    far = max(known) + 3 * ONE_DAY
    found: list[tuple[date, date | None]] = []
    since: date | None = None
    day = plan["started"]
    while day <= (plan["ended"] or far):
        rests = any(row["started"] <= day and (not row["ended"] or day <= row["ended"])
                    for row in others)  # fmt: skip
        if rests and since:
            found.append((since, day))
            since = None
        elif not rests and since is None:
            since = day
        day += ONE_DAY
    if since:
        found.append((since, plan["ended"]))
    return [(start, end) for start, end in found if start != end or start == plan["started"]]


def is_cancelled(plan: Row) -> bool:
    """Whether a child in need plan has the status that stands for cancelled (z)."""
    return (plan["status"] or "").lower() == "z"


def visits_while_in_force(tables: Tables, visit_type: str, subjects: list[Row]) -> dict:
    """The visits of one type, by the id of the child's subject in force that day."""
    subjects_of_child = rows_by(subjects, "child")
    visits: dict[str, list[Row]] = {}
    for visit in tables["FACT_CASENOTES"]:
        if visit["type"] == visit_type:
            subject = visited_under(subjects_of_child.get(visit["child"], []), visit["visited"])
            if subject:
                visits.setdefault(subject["id"], []).append(visit)
    return visits


def days_of(visits: list[Row]) -> list[date]:
    """The days on which visits were made."""
    return [visit["visited"] for visit in visits]


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
