"""The measures of the monthly performance report, counted row by row.

Rules: the page on measures. M is a month, T its last day. A measure is a function of a `Month`
that gives a numerator and, for shares, a denominator. The pairs `<timescale>_in_practice_pct` and
`<timescale>_as_recorded_pct` are one function each, of a month and a timescale.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .clocks import (
    Calendar,
    add_months,
    due_date,
    last_day_of_month,
    standard_in_force,
    standards,
)
from .extract import Row, Tables, id_order, loaded_rows, table_contents
from .recording import Recording
from .timescales import (
    is_held_here,
    is_valid_assessment,
    obligations_of,
    own_plans,
    periods_of_care,
    placements_in_care,
    rows_by,
    status_on,
    visits_with_their_plans,
    with_ends_in_care,
    without_merged_children,
)

# None: a rate of a population that is not known.
Share = tuple[int, int | None]
# By timescale, the table of its own that an extract may lack.
MAY_LACK = {
    "child_in_need_visit": "FACT_CARE_PLAN_SUMMARY",
    "initial_health_assessment": "FACT_HEALTH_CHECK",
    "review_health_assessment": "FACT_HEALTH_CHECK",
}
# Moves after which a child returns to where it lived.
TEMPORARY_MOVES = ("T0", "T1", "T2", "T3", "T4")


def measures(
    extract: Path,
    authority: dict,
    extract_date: date,
    bank_holidays: set[date],
    months: Iterable[date],
    earlier: Sequence[tuple[date, Path]] = (),
) -> list[Row]:
    """Every measure of every month (given by its first day), as this extract shows it.

    earlier: the nights loaded before it, by which it is known when something was first held.
    """
    nights = [
        (night, loaded_rows(path, authority, night))
        for night, path in (*sorted(earlier), (extract_date, extract))
    ]
    tables = without_merged_children(nights[-1][1])
    record = Record(tables, authority, bank_holidays)
    recording = Recording(nights, tables)
    timescales = timescales_with_a_source(extract)
    there = dict(table_contents(extract))
    found = []
    for first_day in months:
        month = Month(record, first_day)
        counted = {name: count(month) for name, count in MEASURES.items()}
        for table, of_table in OF_OPTIONAL_TABLES.items():
            if table in there:
                counted |= {name: count(month) for name, count in of_table.items()}
        for timescale in timescales:
            counted[f"{timescale}_in_practice_pct"] = in_practice(month, timescale)
            counted[f"{timescale}_as_recorded_pct"] = as_recorded(month, timescale, recording)
        for group in GROUPS:
            counted[f"plans_open_rate_{group}"] = plans_open_rate_of_group(month, group)
            counted[f"looked_after_rate_{group}"] = looked_after_rate_of_group(month, group)
        for name, result in counted.items():
            numerator, denominator = result if isinstance(result, tuple) else (result, None)
            found.append(
                {
                    "month": first_day,
                    "measure": name,
                    "numerator": numerator,
                    "denominator": denominator,
                    "value": value_of(name, result),
                }
            )
    return found


def timescales_with_a_source(extract: Path) -> list[str]:
    """Those of whose tables the extract lacks none: the pair of the others is not published."""
    there = dict(table_contents(extract))
    return [name for name in TIMESCALES if MAY_LACK.get(name) in {None, *there}]


def value_of(measure: str, result: int | Share) -> float | None:
    """The count itself, a percentage or a rate per 10,000; none where nothing can be divided."""
    if not isinstance(result, tuple):
        return result
    numerator, denominator = result
    if not denominator:
        return None
    if measure == "average_caseload":
        return numerator / denominator
    return (100 if "_pct" in measure else 10_000) * numerator / denominator


class Record:
    """What an extract holds, in the words of the field, with what is owed to each child."""

    def __init__(self, tables: Tables, authority: dict, bank_holidays: set[date]) -> None:
        """Sort the loaded rows by what they are, and work out what is owed."""
        self.authority = authority
        self.early_help = tables["FACT_CAF_EPISODE"]
        self.contacts = tables["FACT_CONTACTS"]
        self.referrals = tables["FACT_REFERRALS"]
        self.assessments = [
            assessment
            for assessment in tables["FACT_SINGLE_ASSESSMENT"]
            if is_valid_assessment(assessment)
        ]
        self.enquiries = tables["FACT_S47"]
        self.conferences = tables["FACT_CP_CONFERENCE"]
        self.died = {child["id"]: child.get("died") for child in tables["DIM_PERSON"]}
        self.group_of = {
            child["id"]: ethnic_group(child["ETHNICITY_MAIN_CODE"])
            for child in tables["DIM_PERSON"]
        }
        self.born = {child["id"]: child["born"] for child in tables["DIM_PERSON"]}
        self.plans = own_plans(tables)
        self.periods = periods_of_care(tables)
        self.placements = placements_in_care(tables)
        in_care = {placement["id"] for placement in self.placements}
        # Where children lived: each ends with its period of care, temporary moves are none.
        self.homes = [
            placement
            for placement in with_ends_in_care(tables)
            if placement["id"] in in_care
            and (placement["type"] or "").upper() not in TEMPORARY_MOVES
            and (placement["ended"] is None or placement["started"] <= placement["ended"])
        ]
        self.visits_on_plans = [visit for visit, _ in visits_with_their_plans(tables)]
        self._sort_further_rows(tables)
        self.calendar = Calendar(frozenset(bank_holidays))
        self.referrals_of_child = rows_by(self.referrals, "child")
        self.contacts_of_child = rows_by(self.contacts, "child")
        self.plans_of_child = rows_by(self.plans, "child")
        self.referral_by_id = {referral["id"]: referral for referral in self.referrals}
        self.enquiry_by_id = {enquiry["id"]: enquiry for enquiry in self.enquiries}
        self.owed: dict[tuple[str, str], list[Row]] = {}
        for owed in obligations_of(tables, authority, bank_holidays):
            self.owed.setdefault((owed["timescale"], owed["subject_id"]), []).append(owed)

    def _sort_further_rows(self, tables: Tables) -> None:
        """Those of tables that an extract may lack."""
        self.workers = {worker["id"] for worker in tables["DIM_WORKER"]}
        self.allocations = [
            involvement
            for involvement in tables["FACT_INVOLVEMENTS"]
            if involvement["is_allocated"]
            or (involvement["is_allocated"] is None and involvement["role"] == "CW")
        ]
        self.missing = [
            episode
            for episode in tables["FACT_MISSING_PERSON"]
            if (episode["kind"] or "").lower() in ("m", "missing")
        ]
        self.entitlements = rows_by(tables["DIM_CLA_ELIGIBILITY"], "child")
        self.leavers_contacts = rows_by(tables["FACT_CLA_CARE_LEAVERS"], "child")

    def owed_under(self, timescale: str) -> list[Row]:
        """Every obligation of one timescale."""
        return [owed for (name, _), chain in self.owed.items() if name == timescale
                for owed in chain]  # fmt: skip

    def owed_to(self, timescale: str, subject: Row) -> list[Row]:
        """The obligations of one subject, in their order."""
        return self.owed.get((timescale, subject["id"]), [])


@dataclass(frozen=True)
class Month:
    """One month of the record: its days, and the questions that several measures ask."""

    record: Record
    first_day: date

    @property
    def last_day(self) -> date:
        """T."""
        return last_day_of_month(self.first_day.year, self.first_day.month)

    @property
    def year_start(self) -> date:
        """The 1 April on or before: year to date runs from it."""
        year = self.first_day.year - (1 if self.first_day.month < 4 else 0)
        return date(year, 4, 1)

    @property
    def twelve_months_start(self) -> date:
        """The first day of the twelve months ending with M."""
        return add_months(self.first_day, -11)

    def within(self, rows: list[Row], word: str, since: date | None = None) -> list[Row]:
        """The rows dated in M, or from an earlier day to T."""
        first = since or self.first_day
        return [row for row in rows if row[word] and first <= row[word] <= self.last_day]

    def open_at_end(self, rows: list[Row], starts: str = "started", ends: str = "ended"):
        """The rows that started by T and had not ended by T, of children alive at T."""
        return [
            row
            for row in rows
            if row[starts] <= self.last_day
            and not (row[ends] and row[ends] <= self.last_day)
            and not self.has_died(row["child"])
        ]

    def has_died(self, child: str) -> bool:
        """Whether the child died by T."""
        died = self.record.died.get(child)
        return died is not None and died <= self.last_day

    def rate(self, numerator: int) -> Share:
        """Over the children aged 0-17 at the latest mid-year not after T's year; 0 if unknown."""
        known = [
            population
            for population in self.record.authority.get("population", [])
            if population["year"] <= self.last_day.year
        ]
        latest = max(known, key=lambda population: population["year"], default=None)
        return numerator, latest["children_0_17"] if latest else 0

    def rate_of_group(self, numerator: int, group: str) -> Share:
        """Over the group's children at the latest mid-year not after T's year that gives them."""
        known = [
            population
            for population in self.record.authority.get("population", [])
            if population["year"] <= self.last_day.year
            and group in population.get("ethnic_groups", {})
        ]
        latest = max(known, key=lambda population: population["year"], default=None)
        return numerator, latest["ethnic_groups"][group] if latest else None

    def children_looked_after(self) -> set[str]:
        """The children looked after at T."""
        return {period["child"] for period in self.open_at_end(self.record.periods)}


def early_help_opened(month: Month) -> int:
    """Early help episodes started in M."""
    return len(month.within(month.record.early_help, "started"))


def early_help_rate_12m(month: Month) -> Share:
    """Early help episodes started in 12 months, per population."""
    episodes = month.within(month.record.early_help, "started", month.twelve_months_start)
    return month.rate(len(episodes))


def contacts(month: Month) -> int:
    """Contacts received in M."""
    return len(month.within(month.record.contacts, "received"))


def contacts_to_referral_pct(month: Month) -> Share:
    """Contacts received in M whose outcome is a new referral."""
    received = month.within(month.record.contacts, "received")
    return len([contact for contact in received if contact["is_new_referral"]]), len(received)


def referrals(month: Month) -> int:
    """Referrals received in M."""
    return len(month.within(month.record.referrals, "received"))


def referral_rate_12m(month: Month) -> Share:
    """Referrals received in 12 months, per population."""
    received = month.within(month.record.referrals, "received", month.twelve_months_start)
    return month.rate(len(received))


def re_referrals_pct(month: Month) -> Share:
    """Referrals in M at most 12 calendar months after an earlier one of the same child."""
    received = month.within(month.record.referrals, "received")
    again = 0
    for referral in received:
        earlier = [
            other["received"]
            for other in month.record.referrals_of_child[referral["child"]]
            if other["received"] < referral["received"]
        ]
        if earlier and referral["received"] <= add_months(max(earlier), 12):
            again += 1
    return again, len(received)


def previous_month_referrals_assessed_pct(month: Month) -> Share:
    """Referrals of the month before M with a single assessment authorised by T."""
    before = Month(month.record, add_months(month.first_day, -1))
    received = before.within(month.record.referrals, "received")
    assessed = {
        (assessment["referral"], assessment["child"])
        for assessment in month.record.assessments
        if assessment["authorised"] and assessment["authorised"] <= month.last_day
    }
    found = [row for row in received if (row["id"], row["child"]) in assessed]
    return len(found), len(received)


def is_assessed_in_time(month: Month, assessment: Row) -> bool:
    """Whether an authorised assessment was authorised by its due date: one begun after its child's
    death has none."""
    owed = month.record.owed_to("single_assessment", assessment)
    return any(assessment["authorised"] <= one["due_date"] for one in owed)


def assessments_completed(month: Month) -> int:
    """Assessments authorised in M."""
    return len(month.within(month.record.assessments, "authorised"))


def assessments_in_time(month: Month, since: date) -> Share:
    """Assessments authorised from a day to T, and those of them in time."""
    completed = month.within(month.record.assessments, "authorised", since)
    return len([row for row in completed if is_assessed_in_time(month, row)]), len(completed)


def late_assessments(month: Month) -> list[Row]:
    """Assessments authorised in M after their due date."""
    completed = month.within(month.record.assessments, "authorised")
    return [
        assessment
        for assessment in completed
        if month.record.owed_to("single_assessment", assessment)
        and not is_assessed_in_time(month, assessment)
    ]


def assessments_late_families(month: Month) -> int:
    """The distinct families of the assessments authorised late."""
    return len({family_of_assessment(month.record, row) for row in late_assessments(month)})


def family_of_assessment(record: Record, assessment: Row) -> tuple[str, str]:
    """Its referral's family: that of the child's latest contact on or before the referral.

    A child without one is a family of its own.
    """
    referral = record.referral_by_id.get(assessment["referral"])
    if referral is None:
        return "child", assessment["child"]
    earlier = [
        contact
        for contact in record.contacts_of_child.get(referral["child"], [])
        if contact["received"] <= referral["received"]
    ]
    latest = max(earlier, key=lambda row: (row["received"], id_order(row)), default=None)
    if latest is None or latest["family"] is None:
        return "child", referral["child"]
    return "family", latest["family"]


def assessments_overdue(month: Month) -> int:
    """Assessments open at T with a due date before T."""
    return len(
        [
            assessment
            for assessment in month.open_at_end(month.record.assessments, ends="authorised")
            for owed in month.record.owed_to("single_assessment", assessment)
            if owed["due_date"] < month.last_day
        ]
    )


def section_47_completed(month: Month) -> int:
    """Section 47 enquiries completed in M."""
    return len(month.within(month.record.enquiries, "completed"))


def section_47_to_conference(month: Month, since: date) -> Share:
    """Enquiries completed from a day to T, and those whose outcome is an initial conference."""
    completed = month.within(month.record.enquiries, "completed", since)
    return len([row for row in completed if row["is_to_initial_conference"]]), len(completed)


def section_47_rate_12m(month: Month) -> Share:
    """Enquiries started in 12 months, per population."""
    started = month.within(month.record.enquiries, "started", month.twelve_months_start)
    return month.rate(len(started))


def initial_conferences(month: Month, since: date | None = None) -> list[Row]:
    """Initial conferences held in M, or from an earlier day to T, after an enquiry of the child
    here: no transfers in, none cancelled, and of several of one enquiry the first."""
    first: dict[str, Row] = {}
    for conference in month.record.conferences:
        enquiry = month.record.enquiry_by_id.get(conference["enquiry"])
        if enquiry and is_held_here(conference) and enquiry["child"] == conference["child"]:
            known = first.setdefault(enquiry["id"], conference)
            if conference["held"] < known["held"]:
                first[enquiry["id"]] = conference
    return month.within(list(first.values()), "held", since)


def initial_conference_rate_12m(month: Month) -> Share:
    """Initial conferences held in 12 months, per population."""
    return month.rate(len(initial_conferences(month, month.twelve_months_start)))


def initial_conferences_in_time_pct(month: Month) -> Share:
    """Those held by the due date of their enquiry, and not before the enquiry started."""
    held = initial_conferences(month)
    choices = standards(month.record.authority, "initial_conference")
    in_time = 0
    for conference in held:
        started = month.record.enquiry_by_id[conference["enquiry"]]["started"]
        standard = standard_in_force(choices, started)
        due = due_date(standard, 1, started, month.record.calendar)
        if started <= conference["held"] <= due:
            in_time += 1
    return in_time, len(held)


def plans_started(month: Month) -> int:
    """Child protection plans started in M."""
    return len(month.within(month.record.plans, "started"))


def plan_start_rate_12m(month: Month) -> Share:
    """Child protection plans started in 12 months, per population."""
    started = month.within(month.record.plans, "started", month.twelve_months_start)
    return month.rate(len(started))


def plans_repeat_pct(month: Month) -> Share:
    """Plans started in M by a child with an earlier plan here, however long ago."""
    started = month.within(month.record.plans, "started")
    repeats = 0
    for plan in started:
        plans = month.record.plans_of_child[plan["child"]]
        if any(other["started"] < plan["started"] for other in plans):
            repeats += 1
    return repeats, len(started)


def plans_repeat_within_2_years_pct(month: Month) -> Share:
    """Plans started in M at most 2 calendar years after an earlier one here ended, or during it."""
    started = month.within(month.record.plans, "started")
    repeats = 0
    for plan in started:
        until = [
            add_months(other["ended"], 24) if other["ended"] else plan["started"]
            for other in month.record.plans_of_child[plan["child"]]
            if other["started"] < plan["started"]
        ]
        if any(plan["started"] <= day for day in until):
            repeats += 1
    return repeats, len(started)


def plans_open(month: Month) -> int:
    """Plans open at T."""
    return len(month.open_at_end(month.record.plans))


def ethnic_group(code: str | None) -> str | None:
    """The group of the census of a national code, or of the case system's as delivered."""
    found = (code or "").upper()
    return next((group for group, codes in GROUPS.items() if found in codes.split()), None)


def plans_open_rate_of_group(month: Month, group: str) -> Share:
    """Plans open at T of children of an ethnic group, per the group's population."""
    plans = month.open_at_end(month.record.plans)
    own = [plan for plan in plans if month.record.group_of[plan["child"]] == group]
    return month.rate_of_group(len(own), group)


def looked_after_rate_of_group(month: Month, group: str) -> Share:
    """Children of an ethnic group looked after at T, per the group's population."""
    children = month.children_looked_after()
    own = [child for child in children if month.record.group_of[child] == group]
    return month.rate_of_group(len(own), group)


def plans_open_ethnicity_not_known(month: Month) -> int:
    """Plans open at T of children of no group."""
    plans = month.open_at_end(month.record.plans)
    return len([plan for plan in plans if month.record.group_of[plan["child"]] is None])


def looked_after_ethnicity_not_known(month: Month) -> int:
    """Children of no group looked after at T."""
    children = month.children_looked_after()
    return len([child for child in children if month.record.group_of[child] is None])


def plans_ended_over_2_years_pct(month: Month) -> Share:
    """Plans ended in M that lasted 2 calendar years or more."""
    ended = month.within(month.record.plans, "ended")
    lasting = [plan for plan in ended if plan["ended"] >= add_months(plan["started"], 24)]
    return len(lasting), len(ended)


def reviews_in_time_pct(month: Month) -> Share:
    """Review obligations due in M that were done in time, less those that ended before due."""
    statuses = [
        status_on(owed, month.last_day)
        for plan in month.record.plans
        for owed in month.within(month.record.owed_to("child_protection_review", plan), "due_date")
    ]
    judged = [status for status in statuses if status not in (None, "ended_before_due")]
    return judged.count("in_time"), len(judged)


def plans_reviewed_in_time_pct(month: Month) -> Share:
    """Plans open at T for 3 months or more with every review due in the 12 months to T in time.

    A review not yet due on T is left out; a plan with none due counts as in time.
    """
    plans = [
        plan
        for plan in month.open_at_end(month.record.plans)
        if add_months(plan["started"], 3) <= month.last_day
    ]
    reviewed = 0
    for plan in plans:
        owed = month.record.owed_to("child_protection_review", plan)
        due = month.within(owed, "due_date", month.twelve_months_start)
        statuses = {status_on(one, month.last_day) for one in due}
        if statuses <= {"in_time", "not_due", None}:
            reviewed += 1
    return reviewed, len(plans)


def visits_in_time_pct(month: Month) -> Share:
    """Plans at T whose current visit is not past due, less those whose first is not due or made."""
    in_time = counted = 0
    for plan in month.open_at_end(month.record.plans):
        current = current_obligation(month, "child_protection_visit", plan)
        is_past_due = current["due_date"] < month.last_day
        if current["sequence"] == 1 and not is_past_due:
            continue
        counted += 1
        if not is_past_due:
            in_time += 1
    return in_time, counted


def current_obligation(month: Month, timescale: str, subject: Row) -> Row:
    """What an open subject is owed at T: the last obligation that had started by T."""
    started = [
        owed
        for owed in month.record.owed_to(timescale, subject)
        if owed["started_date"] <= month.last_day
    ]
    return max(started, key=lambda owed: owed["sequence"])


def looked_after(month: Month) -> int:
    """Children looked after at T."""
    return len(month.children_looked_after())


def placements_3_or_more_pct(month: Month) -> Share:
    """Children looked after at T who had three placements or more in the 12 months to T.

    The day on which a placement ends is none of its own, unless it began that day.
    """
    children = month.children_looked_after()
    first = month.twelve_months_start
    had = dict.fromkeys(children, 0)
    for placement in month.record.homes:
        started, ended = placement["started"], placement["ended"]
        last = max(started, ended - timedelta(days=1)) if ended else month.last_day
        if placement["child"] in had and started <= month.last_day and last >= first:
            had[placement["child"]] += 1
    return len([child for child in had if had[child] >= 3]), len(children)


def same_placement_2_years_pct(month: Month) -> Share:
    """Children under 16 at T and looked after for 2 and a half years whose placement is of 2 years
    ago or more. A child is 16 from the first day of the month of its birthday on."""
    long_ago = {
        period["child"]
        for period in month.open_at_end(month.record.periods)
        if add_months(period["started"], 30) <= month.last_day
    }
    children = {
        child
        for child in long_ago
        if (born := month.record.born[child])
        and add_months(born.replace(day=1), 16 * 12) > month.first_day
    }
    settled = {
        placement["child"]
        for placement in month.open_at_end(month.record.homes)
        if add_months(placement["started"], 24) <= month.last_day
    }
    return len(children & settled), len(children)


def visits_seen_alone_pct(month: Month) -> Share:
    """Child protection visits made in M under a plan to a child that was seen, of which it is
    recorded whether alone; and those of them that were."""
    visits = [
        visit
        for visit in month.within(month.record.visits_on_plans, "visited")
        if visit["is_child_seen"] and visit["is_seen_alone"] is not None
        and not ((born := month.record.born[visit["child"]]) and visit["visited"] < born)
    ]  # fmt: skip
    return len([visit for visit in visits if visit["is_seen_alone"]]), len(visits)


def missing_episodes(month: Month) -> int:
    """Episodes of missing children that began in M."""
    return len(month.within(month.record.missing, "started"))


def return_interviews_offered_pct(month: Month) -> Share:
    """Episodes of missing children that ended in M, and those after which one was offered."""
    ended = month.within(month.record.missing, "ended")
    return len([row for row in ended if says_yes(row["offered"])]), len(ended)


def return_interviews_accepted_pct(month: Month) -> Share:
    """Those after which one was offered, and those of them after which it was accepted."""
    ended = month.within(month.record.missing, "ended")
    offered = [row for row in ended if says_yes(row["offered"])]
    return len([row for row in offered if says_yes(row["accepted"])]), len(offered)


def says_yes(written: str | None) -> bool:
    """Whether a flag that may also say that it does not apply is a yes."""
    return (written or "").lower() in ("y", "yes", "true", "1")


def care_leavers(month: Month) -> list[Row | None]:
    """The latest contact by T of each young person of 17 to 21 whose last entitlement is that of a
    relevant or former relevant child; none where there is none. Without those who have died, or are
    home again."""
    found = []
    for child, entitlements in month.record.entitlements.items():
        last = max(entitlements, key=id_order)
        born = month.record.born.get(child)
        is_one = (last["eligibility"] or "").lower() in ("relevant", "former relevant")
        if not is_one or born is None or month.has_died(child):
            continue
        age = (month.last_day.year * 12 + month.last_day.month - born.year * 12 - born.month) // 12
        contacts = [
            row
            for row in month.record.leavers_contacts.get(child, [])
            if row["contacted"] and row["contacted"] <= month.last_day
        ]
        contact = max(contacts, key=lambda row: (row["contacted"], id_order(row)), default=None)
        is_out = contact is not None and (contact["in_touch"] or "").upper() in ("DIED", "RHOM")
        if 17 <= age <= 21 and not is_out:
            found.append(contact)
    return found


def care_leavers_in_touch_pct(month: Month) -> Share:
    """Care leavers with whom the latest contact was made."""
    contacts = care_leavers(month)
    return len([row for row in contacts if row and row["in_touch"] == "YES"]), len(contacts)


def care_leavers_suitable_accommodation_pct(month: Month) -> Share:
    """Care leavers whose accommodation the latest contact calls suitable."""
    contacts = care_leavers(month)
    return len([row for row in contacts if row and row["suitable"] == "1"]), len(contacts)


def average_caseload(month: Month) -> Share:
    """Children allocated to a known worker at T, and the workers who have them."""
    by_child: dict[str, Row] = {}
    for allocation in month.record.allocations:
        started, ended = allocation["started"], allocation["expected_end"]
        if started <= month.last_day and (ended is None or ended >= month.last_day):
            other = by_child.setdefault(allocation["child"], allocation)
            by_child[allocation["child"]] = max(
                other, allocation, key=lambda row: (row["started"], id_order(row))
            )
    workers = [
        allocation["worker"]
        for child, allocation in by_child.items()
        if allocation["worker"] in month.record.workers and not month.has_died(child)
    ]
    return len(workers), len(set(workers))


def looked_after_started(month: Month) -> int:
    """Periods of care started in M."""
    return len(month.within(month.record.periods, "started"))


def looked_after_ceased(month: Month) -> int:
    """Periods of care ended in M."""
    return len(month.within(month.record.periods, "ended"))


def looked_after_ceased_rate_12m(month: Month) -> Share:
    """Periods of care ended in 12 months, per population."""
    return month.rate(len(month.within(month.record.periods, "ended", month.twelve_months_start)))


def looked_after_reviews_overdue(month: Month) -> int:
    """Children looked after at T with a review overdue at T."""
    children = set()
    for period in month.open_at_end(month.record.periods):
        for owed in month.record.owed_to("looked_after_review", period):
            if status_on(owed, month.last_day) == "overdue":
                children.add(period["child"])
    return len(children)


def looked_after_visits_in_time_pct(month: Month) -> Share:
    """Children looked after at T whose current visit is not past due.

    Somebody without a placement at T has no current visit, so none in time; somebody with
    several needs each in time.
    """
    children = month.children_looked_after()
    placed, late = set(), set()
    for placement in month.open_at_end(month.record.placements):
        placed.add(placement["child"])
        current = current_obligation(month, "looked_after_visit", placement)
        if current["due_date"] < month.last_day:
            late.add(placement["child"])
    return len((children & placed) - late), len(children)


def in_need_over_9_months(month: Month) -> int:
    """Referrals open at T and received more than 9 months before, of children only in need.

    Only in need: not on a plan at T, not looked after at T, and no last plan that ended in the
    3 months to T.
    """
    on_plan = {plan["child"] for plan in month.open_at_end(month.record.plans)}
    elsewhere = on_plan | month.children_looked_after()
    nine_months_ago = add_months(month.last_day, -9)
    three_months_ago = add_months(month.last_day, -3)
    counted = 0
    for referral in month.open_at_end(month.record.referrals, "received", "closed"):
        if referral["received"] < nine_months_ago and referral["child"] not in elsewhere:
            plans = month.record.plans_of_child.get(referral["child"], [])
            plans = [plan for plan in plans if plan["started"] <= month.last_day]
            last = max(plans, key=lambda plan: (plan["started"], plan["ended"]), default=None)
            if last is None or last["ended"] <= three_months_ago:
                counted += 1
    return counted


def judged_at_the_end(month: Month, timescale: str) -> list[tuple[Row, str]]:
    """The obligations due in M with their status on T, but those that ended before due."""
    due = month.within(month.record.owed_under(timescale), "due_date")
    judged = [(owed, status_on(owed, month.last_day)) for owed in due]
    return [(owed, status) for owed, status in judged if status not in (None, "ended_before_due")]


def in_practice(month: Month, timescale: str) -> Share:
    """Obligations due in M that were done by their due date, whenever that was recorded."""
    judged = judged_at_the_end(month, timescale)
    return sum(status == "in_time" for _, status in judged), len(judged)


def as_recorded(month: Month, timescale: str, recording: Recording) -> Share:
    """Those of them also recorded by then; nothing of M where that is not known of one."""
    judged = judged_at_the_end(month, timescale)
    known = [
        recording.is_by_due_date(timescale, owed) for owed, status in judged if status == "in_time"
    ]
    return (0, 0) if None in known else (known.count(True), len(judged))


TIMESCALES = (
    "single_assessment", "single_assessment_from_referral", "initial_conference",
    "transfer_in_conference", "child_protection_review", "child_protection_visit",
    "child_in_need_visit", "looked_after_review", "looked_after_visit",
    "initial_health_assessment", "review_health_assessment",
)  # fmt: skip
# By ethnic group of the census the national codes, and the case system's as delivered.
GROUPS = {
    "white": "WBRI WIRI WIRT WOTH WROM A1 A2 A3 A4 A5",
    "mixed": "MWBC MWBA MWAS MOTH B1 B2 B3 B4",
    "asian": "AIND APKN ABAN AOTH CHNE C1 C2 C3 C4 E1 CNHE",
    "black": "BCRB BAFR BOTH D1 D2 D3",
    "other": "OOTH E2",
}
MEASURES: dict[str, Callable[[Month], int | Share]] = {
    "early_help_opened": early_help_opened,
    "early_help_rate_12m": early_help_rate_12m,
    "contacts": contacts,
    "contacts_to_referral_pct": contacts_to_referral_pct,
    "referrals": referrals,
    "referral_rate_12m": referral_rate_12m,
    "re_referrals_pct": re_referrals_pct,
    "previous_month_referrals_assessed_pct": previous_month_referrals_assessed_pct,
    "assessments_completed": assessments_completed,
    "assessments_in_time_pct": lambda month: assessments_in_time(month, month.first_day),
    "assessments_in_time_pct_ytd": lambda month: assessments_in_time(month, month.year_start),
    "assessments_late": lambda month: len(late_assessments(month)),
    "assessments_late_families": assessments_late_families,
    "assessments_overdue": assessments_overdue,
    "section_47_completed": section_47_completed,
    "section_47_to_conference_pct": lambda month: section_47_to_conference(month, month.first_day),
    "section_47_to_conference_pct_ytd": (
        lambda month: section_47_to_conference(month, month.year_start)
    ),
    "section_47_rate_12m": section_47_rate_12m,
    "initial_conferences_held": lambda month: len(initial_conferences(month)),
    "initial_conferences_in_time_pct": initial_conferences_in_time_pct,
    "initial_conference_rate_12m": initial_conference_rate_12m,
    "plans_started": plans_started,
    "plan_start_rate_12m": plan_start_rate_12m,
    "plans_repeat_pct": plans_repeat_pct,
    "plans_repeat_within_2_years_pct": plans_repeat_within_2_years_pct,
    "plans_open": plans_open,
    "plans_open_rate": lambda month: month.rate(plans_open(month)),
    "plans_open_ethnicity_not_known": plans_open_ethnicity_not_known,
    "plans_ended_over_2_years_pct": plans_ended_over_2_years_pct,
    "reviews_in_time_pct": reviews_in_time_pct,
    "plans_reviewed_in_time_pct": plans_reviewed_in_time_pct,
    "visits_in_time_pct": visits_in_time_pct,
    "visits_seen_alone_pct": visits_seen_alone_pct,
    "looked_after": looked_after,
    "looked_after_rate": lambda month: month.rate(looked_after(month)),
    "looked_after_ethnicity_not_known": looked_after_ethnicity_not_known,
    "looked_after_started": looked_after_started,
    "looked_after_ceased": looked_after_ceased,
    "looked_after_ceased_rate_12m": looked_after_ceased_rate_12m,
    "looked_after_reviews_overdue": looked_after_reviews_overdue,
    "looked_after_visits_in_time_pct": looked_after_visits_in_time_pct,
    "placements_3_or_more_pct": placements_3_or_more_pct,
    "same_placement_2_years_pct": same_placement_2_years_pct,
    "in_need_over_9_months": in_need_over_9_months,
}
# Of tables that an extract may lack; nothing is said of what nobody looked at.
OF_OPTIONAL_TABLES: dict[str, dict[str, Callable[[Month], int | Share]]] = {
    "FACT_INVOLVEMENTS": {"average_caseload": average_caseload},
    "FACT_MISSING_PERSON": {
        "missing_episodes": missing_episodes,
        "return_interviews_offered_pct": return_interviews_offered_pct,
        "return_interviews_accepted_pct": return_interviews_accepted_pct,
    },
    "FACT_CLA_CARE_LEAVERS": {
        "care_leavers_in_touch_pct": care_leavers_in_touch_pct,
        "care_leavers_suitable_accommodation_pct": care_leavers_suitable_accommodation_pct,
    },
}
