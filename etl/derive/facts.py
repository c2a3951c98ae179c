"""What is worked out from several rows: families, teams, earlier referrals and plans, conferences,
and the plan or placement that a visit belongs to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.calendar import working_days
from etl.contracts.contact import CONTACT
from etl.contracts.contract import MEETING, MEETING_KNOWN, Table
from etl.contracts.frames import in_id_order, is_among, is_before_parent, row_of, taken
from etl.contracts.involvement import INVOLVEMENT
from etl.contracts.referral import REFERRAL
from etl.contracts.register import BY_NAME, CONFORMED
from etl.contracts.single_assessment import CANCELLED, DRAFT
from etl.derive.allocation import RESPONSIBLE, Allocation
from etl.derive.families import Families
from etl.derive.history import NOBODY, Rows
from etl.derive.numbered import together

Tables = dict[str, pd.DataFrame]
CONFERENCES = "conference_of_enquiry"
# Within so many of an enquiry's start a conference of the child's other enquiry meets it too.
MONTHS_TO_ANOTHERS_CONFERENCE = 3


def drop_unknown_parents(tables: Tables) -> None:
    """Empty each reference to a parent that is not there: the row stays, the link goes."""
    facts = {table.name: table for table in CONFORMED if table.is_fact}
    for table in CONFORMED:
        frame = tables[table.name]
        if table.has(MEETING_KNOWN.name):
            is_known = frame[MEETING_KNOWN.name].fillna(True).astype(bool)
            frame[MEETING.name] = frame[MEETING.name].where(is_known)
        for column in table.conformed_columns:
            if parent := facts.get(column.names or ""):
                there = tables[parent.name][parent.key[0]]
                frame[column.name] = frame[column.name].where(is_among(frame[column.name], there))


def fill_flags(tables: Tables) -> None:
    """An empty flag of which the contract says so means no. The start of a period of care is known
    unless the source says otherwise."""
    for table in CONFORMED:
        for name in table.flags_empty_is_no:
            tables[table.name][name] = tables[table.name][name].fillna(False)
    periods = tables["looked_after_period"]
    periods["is_start_known"] = periods["is_start_known"].fillna(True)


def add_referral_history(referrals: pd.DataFrame) -> None:
    """previous_referral_date and is_re_referral: an earlier day, at most 12 months before."""
    days = referrals[["child_token", "received_date"]].drop_duplicates()
    days = days.sort_values(["child_token", "received_date"], kind="stable")
    child, _ = pd.factorize(days["child_token"])
    days["previous_referral_date"] = days.groupby(child)["received_date"].shift()
    found = referrals[["child_token", "received_date"]].merge(
        days, on=["child_token", "received_date"], how="left"
    )
    previous = pd.Series(found["previous_referral_date"].to_numpy(), index=referrals.index)
    referrals["previous_referral_date"] = previous.astype("datetime64[s]")
    within = pd.Series(False, index=referrals.index, dtype="boolean")
    has_one = previous.notna()
    until = working_days.months_later(referrals.loc[has_one, "previous_referral_date"], 12)
    within[has_one] = (referrals.loc[has_one, "received_date"] <= until).to_numpy()
    referrals["is_re_referral"] = within


def add_assessment_status(assessments: pd.DataFrame) -> None:
    """status, and is_draft and is_cancelled for the rule."""
    assessments["is_draft"] = assessments["substatus_code"].eq(DRAFT).fillna(False)
    assessments["is_cancelled"] = assessments["substatus_code"].eq(CANCELLED).fillna(False)
    status = pd.Series("open", index=assessments.index, dtype="str")
    status = status.mask(assessments["authorised_date"].notna(), "completed")
    status = status.mask(assessments["is_cancelled"].astype(bool), "cancelled")
    assessments["status"] = status.mask(assessments["is_draft"].astype(bool), "draft")


def _not_before(
    frame: pd.DataFrame, dated: str, parents: pd.DataFrame, parent_id: str, starts: str
) -> pd.Series:
    """Where a row's day does not lie before the start of its parent; true where either is open."""
    return ~is_before_parent(frame, dated, parents, parent_id, starts).fillna(False).astype(bool)


def _has_one_of_its_child(frame: pd.DataFrame, others: pd.DataFrame, by: str) -> pd.Series:
    """Which rows have one with the same id in ``by``, and of the same child, among the others: a
    sibling's counts for nobody."""
    key = [by, "child_token"]
    found = pd.MultiIndex.from_frame(frame[key]).isin(
        pd.MultiIndex.from_frame(others[key].dropna())
    )
    return pd.Series(found, index=frame.index)


def add_conference_outcome(tables: Tables) -> None:
    """leads_to_conference of each enquiry: the outcome says so, or one of its child was held from
    it here. ``conference_of_enquiry``: the conferences, and for an enquiry that is to go to
    conference and has none of its own the first that was held of the child within three months,
    under another enquiry of the child or none.

    One dated before the enquiry began shows nothing: a date is wrong.
    """
    enquiries, conferences = tables["section_47_enquiry"], tables["initial_conference"]
    is_out = conferences["is_cancelled"].astype(bool) | conferences["is_transfer_in"].astype(bool)
    held = conferences[conferences["held_date"].notna() & ~is_out]
    is_own = _not_before(held, "held_date", enquiries, "enquiry_id", "started_date")
    has_own = _has_one_of_its_child(enquiries, held[is_own], "enquiry_id")
    is_to_go = enquiries["outcome"].eq("initial_conference").fillna(False).astype(bool)
    enquiries["leads_to_conference"] = is_to_go | has_own
    without = enquiries[is_to_go & ~has_own][["enquiry_id", "child_token", "started_date"]]
    is_nobodys = held["enquiry_id"].notna() & ~_has_one_of_its_child(held, enquiries, "enquiry_id")
    of_child = held[~is_nobodys].drop(columns="enquiry_id")
    pairs = without.merge(of_child, on="child_token")
    until = working_days.months_later(pairs["started_date"], MONTHS_TO_ANOTHERS_CONFERENCE)
    pairs = pairs[(pairs["held_date"] >= pairs["started_date"]) & (pairs["held_date"] <= until)]
    pairs = pairs.assign(order=in_id_order(pairs["conference_id"]))
    first = pairs.sort_values(["held_date", "order"], kind="stable").drop_duplicates("enquiry_id")
    tables[CONFERENCES] = together(conferences, first[list(conferences)])


def add_inquorate(reviews: pd.DataFrame) -> None:
    """is_inquorate of each child protection review: yes where its form says that it was not
    quorate. Empty elsewhere, so that what was known of a review before the form was read stays as
    it is."""
    is_inquorate = reviews["is_quorate"].eq(False).fillna(False).astype("boolean")
    reviews["is_inquorate"] = is_inquorate.where(is_inquorate)


def add_referral_outcome(tables: Tables) -> None:
    """leads_to_assessment: an assessment that is no draft nor cancelled names the referral.
    leads_to_transfer_in: the outcome says so, or a transfer-in conference was called. What is
    dated before the referral shows nothing: a date is wrong."""
    referrals, assessments = tables["referral"], tables["single_assessment"]
    conferences = tables["initial_conference"]
    is_valid = ~(assessments["is_draft"].astype(bool) | assessments["is_cancelled"].astype(bool))
    is_valid &= _not_before(
        assessments, "authorised_date", referrals, "referral_id", "received_date"
    )
    referrals["leads_to_assessment"] = _has_one_of_its_child(
        referrals, assessments[is_valid], "referral_id"
    )
    is_called = conferences["is_transfer_in"].astype(bool) & ~conferences["is_cancelled"].astype(
        bool
    )
    is_called &= _not_before(conferences, "held_date", referrals, "referral_id", "received_date")
    is_outcome = referrals["is_transfer_in"].fillna(False).astype(bool)
    referrals["leads_to_transfer_in"] = is_outcome | _has_one_of_its_child(
        referrals, conferences[is_called], "referral_id"
    )


def add_plan_history(plans: pd.DataFrame) -> None:
    """plan_number and previous_plan_ended_date among the child's plans here by start date;
    temporary plans have neither and count for none. Where the source says how many plans there were
    before, that is so, whether or not they are here."""
    own = plans[~plans["is_temporary"].astype(bool)].sort_values(
        ["child_token", "started_date", "plan_id"],
        key=lambda column: in_id_order(column) if column.name == "plan_id" else column,
        kind="stable",
    )
    by_child = own.groupby(pd.factorize(own["child_token"])[0])
    # Plans that begin on one day have the same number: neither is an earlier one.
    number = by_child["started_date"].rank(method="min").astype("Int64")
    before = plans["previous_plans"].reindex(own.index)
    plans["plan_number"] = (before + 1).fillna(number).reindex(plans.index)
    plans["previous_plan_ended_date"] = by_child["ended_date"].shift().reindex(plans.index)


def attribute_visits(tables: Tables) -> dict[str, int]:
    """plan_id, child_in_need_plan_id and placement_id of each visit. Returns how many needed the
    child's plan in force (``visit_plan_by_date``) and how many fit none (``visit_without_plan``).

    A child protection visit counts for the plan it names if that is the same child's and in force
    that day, else for the child's plan in force; temporary plans excepted. A child in need visit
    belongs to the child's child in need plan in force that day, a looked after visit to the
    child's placement.
    """
    visits = tables["visit"]
    plans = tables["child_protection_plan"]
    plans = plans[~plans["is_temporary"].astype(bool)]
    is_protection = visits["visit_type"].eq("child_protection")
    named = _named_plan(visits[is_protection], plans)
    by_date = _visited_under(visits[is_protection], plans, "plan_id")
    plan = named.fillna(by_date)
    visits["plan_id"] = plan.reindex(visits.index).astype("str")
    placements = tables["placement"].assign(ended_date=tables["placement"]["closed_date"])
    placement = _attribute(visits, "looked_after", placements, "placement_id")
    in_need = tables["child_in_need_plan"]
    in_need = in_need[~in_need["is_cancelled"].astype(bool)]
    in_need_plan = _attribute(visits, "child_in_need", in_need, "child_in_need_plan_id")
    visits["is_seen_or_unborn"] = (
        visits["is_child_seen"].fillna(False) | visits["is_before_birth"].fillna(False)
    ).astype("boolean")
    return {
        "visit_plan_by_date": int((named.isna() & plan.notna()).sum()),
        "visit_without_plan": int(plan.isna().sum()),
        "visit_without_child_in_need_plan": int(in_need_plan.isna().sum()),
        "visit_without_placement": int(placement.isna().sum()),
    }


def _attribute(
    visits: pd.DataFrame, visit_type: str, spans: pd.DataFrame, span_id: str
) -> pd.Series:
    """Add the id of the child's span in force to the visits of one type; returns it for these."""
    own = visits[visits["visit_type"].eq(visit_type).fillna(False).astype(bool)]
    found = _visited_under(own, spans, span_id)
    visits[span_id] = found.reindex(visits.index).astype("str")
    return found


def _named_plan(visits: pd.DataFrame, plans: pd.DataFrame) -> pd.Series:
    """The named plan where it is the same child's and in force on the day, else null."""
    found = visits[["child_token", "visited_date", "named_plan_id"]].merge(
        plans[["plan_id", "child_token", "started_date", "ended_date"]],
        left_on=["named_plan_id", "child_token"],
        right_on=["plan_id", "child_token"],
        how="left",
    )
    fits = (found["visited_date"] >= found["started_date"]) & ~(
        found["visited_date"] > found["ended_date"]
    )
    return pd.Series(found["plan_id"].where(fits).to_numpy(), index=visits.index, dtype="str")


def _visited_under(visits: pd.DataFrame, spans: pd.DataFrame, span_id: str) -> pd.Series:
    """By visit, the id of the child's span it counts for.

    Where one ends and the next begins on the day of the visit, it counts for the one that ends: a
    visit on the first day stops no clock.
    """
    return span_in_force(visits, "visit_id", "visited_date", spans, span_id, begun_before=True)


def span_in_force(
    events: pd.DataFrame, event_id: str, dated: str, spans: pd.DataFrame, span_id: str, *,
    begun_before: bool = False,
) -> pd.Series:  # fmt: skip
    """By event, the id of the child's span in force on its day (first and last day included).

    Of several, the one that began last, then the one with the higher id; with begun_before, first
    of all one that began before the day.
    """
    pairs = events[[event_id, "child_token", dated]].rename(columns={dated: "on"})
    pairs = pairs.assign(row=events.index).merge(
        spans[[span_id, "child_token", "started_date", "ended_date"]], on="child_token"
    )
    in_force = (pairs["on"] >= pairs["started_date"]) & ~(pairs["on"] > pairs["ended_date"])
    pairs = pairs[in_force].assign(
        order=lambda found: in_id_order(found[span_id]),
        is_begun=lambda found: (found["started_date"] < found["on"]) & begun_before,
    )
    ordered = pairs.sort_values(["row", "is_begun", "started_date", "order"], kind="stable")
    last = ordered.drop_duplicates("row", keep="last")
    return last.set_index("row")[span_id].reindex(events.index).astype("str")


def inherit(tables: Tables, allocation: Allocation) -> None:
    """family_token, team_id and worker_token of every fact.

    Team and worker, each by itself: the record's own, else that of the child's allocation on the
    day that places the record, else its referral's; of an involvement its own alone. Family: a
    contact's own; a referral's is that of the child's latest contact on or before its date; any
    other fact's is its referral's, else that of the child's latest contact by then. A child without
    one is a family of its own.
    """
    contacts, referrals = tables["contact"], tables["referral"]
    contacts["family_token"] = contacts["contact_family_token"].fillna(contacts["child_token"])
    families = Families.of(contacts)
    received = referrals["received_date"].to_numpy()
    referrals["family_token"] = families.on(referrals["child_token"], received)
    _add_responsible(REFERRAL, referrals, allocation)
    for table in CONFORMED:
        if not table.is_fact or table is REFERRAL:
            continue
        frame = tables[table.name]
        if table is CONTACT:
            _add_responsible(table, frame, allocation)
            continue
        referral = _referral_of(table, tables)
        family = taken(referrals["family_token"], referral, frame.index)
        by_date = families.on(frame["child_token"], frame[str(table.dated_by)].to_numpy())
        frame["family_token"] = family.fillna(by_date)
        if table is not INVOLVEMENT:
            of_referral = {
                name: taken(referrals[name], referral, frame.index) for name in RESPONSIBLE
            }
            _add_responsible(table, frame, allocation, of_referral)


def _add_responsible(
    table: Table,
    frame: pd.DataFrame,
    allocation: Allocation,
    of_referral: dict[str, pd.Series] | None = None,
) -> None:
    """team_id and worker_token of the rows of a fact. of_referral: those of the rows' referrals."""
    rows = allocation.on(frame["child_token"], frame[str(table.dated_by)].to_numpy())
    for name in RESPONSIBLE:
        found = allocation.named(name, rows).set_axis(frame.index)
        if of_referral:
            found = found.where(rows != NOBODY, of_referral[name])
        frame[name] = frame[name].fillna(found) if name in frame else found


def _referral_of(table: Table, tables: Tables) -> Rows:
    """The place of the referral that each row belongs to, by the first of the columns that lead to
    one; NOBODY where none does."""
    frame = tables[table.name]
    found = np.full(len(frame), NOBODY)
    for name in table.owned_through:
        parent = BY_NAME[str(table.column(name).names)]
        row = row_of(frame[name], tables[parent.name][parent.key[0]]).astype(np.int64)
        if parent is not REFERRAL:
            row = np.append(_referral_of(parent, tables), NOBODY)[row]
        found = np.where(found == NOBODY, row, found)
    return found
