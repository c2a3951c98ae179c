"""Contacts and referrals.

Siblings share a contact and all that follows from it: what happens is drawn per family and then
written once per child, as the case system does.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo import pathways, population
from etl.demo.dates import earliest, latest, working_day_on_or_after
from etl.demo.draws import Bands, draw_days, draw_option, happens, words, yes_or_no
from etl.demo.tables import (
    FIRST_ID,
    Change,
    Columns,
    SourceTable,
    numbered,
    pair_up,
    shared_by_event,
    source_table,
)

CONTACTS_AT_MOST = 4
USUAL_CONTACTS = (0.84, 0.13, 0.03, 0.0)  # shares of families with one, two, three, four
VULNERABLE_CONTACTS = (0.46, 0.28, 0.15, 0.11)
USUAL_REFERRAL_CHANCE, VULNERABLE_REFERRAL_CHANCE = 0.07, 0.68
OVERLAP_CHANCE = 0.08  # a referral taken although the last one is still open
REFERRAL_AGE_LIMIT = 90  # days before the eighteenth birthday
EXPECTING_DAYS = 180  # how long before the expected birth an unborn child gets its own record
DUPLICATE_CHANCE = 0.01

AT_ONCE: Bands = ((0.80, 0, 0), (0.17, 1, 2), (0.03, 3, 10))
WITHIN_A_WEEK: Bands = ((0.60, 0, 1), (0.33, 2, 5), (0.07, 6, 15))

SOURCES = (
    ("1A", "1A - Individual - family member"),
    ("2A", "2A - Schools"),
    ("3A", "3A - Health - GP"),
    ("3E", "3E - Health - A&E"),
    ("5B", "5B - LA services - internal"),
    ("6", "6 - Police"),
    ("7", "7 - Other legal agency"),
    ("9", "9 - Anonymous"),
)
SOURCE_SHARES = (0.10, 0.20, 0.07, 0.09, 0.13, 0.29, 0.08, 0.04)
NEED_CODES = ("N1", "N2", "N3", "N4", "N5", "N8")
NEED_SHARES = (0.54, 0.06, 0.06, 0.12, 0.18, 0.04)


def draw_contacts(rng: np.random.Generator, families: Columns, last_day: np.datetime64) -> Columns:
    """Contacts about families, in order of family and date."""
    rows = np.flatnonzero(families.kind == population.CONTACTED)
    family = families.take(rows)
    usual = draw_option(rng, len(rows), USUAL_CONTACTS)
    vulnerable = draw_option(rng, len(rows), VULNERABLE_CONTACTS)
    count = 1 + np.where(family.is_vulnerable, vulnerable, usual)
    gaps = 4 + rng.exponential(190, (len(rows), CONTACTS_AT_MOST)).astype(np.int64)
    gaps[:, 0] = 0
    received = family.first_known[:, None] + np.cumsum(gaps, axis=1)
    received = np.where(  # some come at the weekend, most of those wait for Monday
        happens(rng, received.size, 0.75).reshape(received.shape),
        working_day_on_or_after(received),
        received,
    )
    number = np.broadcast_to(np.arange(CONTACTS_AT_MOST), received.shape)
    happened = (number < count[:, None]) & (received <= last_day)
    row, rank = np.nonzero(happened)
    return Columns(
        family=rows[row],
        received=received[happened],
        rank=rank,
        is_vulnerable=family.is_vulnerable[row],
        is_high_risk=family.is_high_risk[row],
        source=draw_option(rng, len(row), SOURCE_SHARES),
        recorded=received[happened] + draw_days(rng, len(row), AT_ONCE),
    )


def decide_contacts(rng: np.random.Generator, contacts: Columns, families: int) -> Columns:
    """Adds `is_referral`, `is_existing` and the pathway of each contact that is a referral.

    A referral while the family's earlier one is open becomes "existing referral", but for a few:
    those overlap (`is_overlapping`), and never lead to a plan of any kind or into care, so that no
    child has two at once.
    """
    chance = np.where(contacts.is_vulnerable, VULNERABLE_REFERRAL_CHANCE, USUAL_REFERRAL_CHANCE)
    wanted = happens(rng, len(contacts), chance)
    path = pathways.draw_pathways(rng, contacts)
    is_slight = (path.pathway <= pathways.CHILD_IN_NEED) & np.isnat(path.care_started)
    may_overlap = is_slight & happens(rng, len(contacts), OVERLAP_CHANCE)
    open_until = np.full(families, np.datetime64("1900-01-01", "D"))
    is_referral = np.zeros(len(contacts), dtype=bool)
    is_existing = np.zeros(len(contacts), dtype=bool)
    is_overlapping = np.zeros(len(contacts), dtype=bool)
    for rank in range(CONTACTS_AT_MOST):
        rows = np.flatnonzero(wanted & (contacts.rank == rank))
        family = contacts.family[rows]
        is_open = open_until[family] >= path.received[rows]
        accepted = ~is_open | may_overlap[rows]
        is_referral[rows] = accepted
        is_existing[rows] = ~accepted
        is_overlapping[rows] = accepted & is_open
        closed = np.where(accepted, path.closed[rows], open_until[family])
        open_until[family] = np.maximum(open_until[family], closed)
    path = path.with_columns(
        is_referral=is_referral, is_existing=is_existing, is_overlapping=is_overlapping
    )
    return pathways.move_some_here(path)


def contacts_of_children(contacts: Columns, families: Columns, children: Columns) -> Columns:
    """One row per contact and child: those under eighteen, and those soon to be born."""
    event, child = pair_up(families.first_child[contacts.family], families.size[contacts.family])
    received = contacts.received[event]
    is_child = received < children.eighteenth_birthday[child]
    is_expected = children.expected_birth[child] <= received + EXPECTING_DAYS
    keep = is_child & is_expected
    rows = contacts.take(event[keep])
    child = child[keep]
    is_young = rows.received < children.eighteenth_birthday[child] - REFERRAL_AGE_LIMIT
    return rows.with_columns(
        event=event[keep], child=child, is_referral=rows.is_referral & is_young
    )


def pick_duplicates(rng: np.random.Generator, contacts: Columns) -> Columns:
    """First contacts that were written under a second record of the child, merged later.

    Only contacts that were no referral: the survivor keeps its family from the others.
    """
    is_candidate = (contacts.rank == 0) & ~contacts.is_referral
    rows = np.flatnonzero(is_candidate & happens(rng, len(contacts), DUPLICATE_CHANCE))
    wait = draw_days(rng, len(rows), ((1.0, 20, 400),))
    return Columns(
        contact=rows,
        child=contacts.child[rows],
        merged=contacts.received[rows] + 10 + wait,
        is_moved=happens(rng, len(rows), 0.7),
    )


def contact_table(
    rng: np.random.Generator, contacts: Columns, duplicates: Columns, children: int
) -> SourceTable:
    """Contacts; those under a merged record mostly move to the surviving one."""
    size = len(contacts)
    number = numbered(size)
    has_advice = ~contacts.is_referral & ~contacts.is_existing & happens(rng, size, 0.55)
    second_record = numbered(len(duplicates), FIRST_ID + children)
    before = contacts.child + FIRST_ID
    before[duplicates.contact] = second_record
    final = contacts.child + FIRST_ID
    final[duplicates.contact[~duplicates.is_moved]] = second_record[~duplicates.is_moved]
    moved = contacts.recorded.copy()
    moved[duplicates.contact] = duplicates.merged
    columns = {
        "FACT_CONTACT_ID": number,
        "EXTERNAL_ID": number + 700_000,
        "DIM_PERSON_ID": final,
        "CONTACT_DTTM": contacts.received,
        "DIM_LOOKUP_CONT_SORC_ID": words(contacts.source, tuple(code for code, _ in SOURCES)),
        "DIM_LOOKUP_CONT_SORC_ID_DESC": words(contacts.source, tuple(text for _, text in SOURCES)),
        "DIM_LOOKUP_FAMILYOFRESIDENCE_ID": contacts.family + FIRST_ID,
        "TOTAL_NO_OF_OUTCOMES": np.ones(size, dtype=np.int64),
        "OUTCOME_COMMENTS": _notes(number),
        "OUTCOME_NEW_REFERRAL_FLAG": yes_or_no(contacts.is_referral),
        "OUTCOME_EXISTING_REFERRAL_FLAG": yes_or_no(contacts.is_existing),
        "OUTCOME_NFA_FLAG": yes_or_no(~contacts.is_referral & ~contacts.is_existing & ~has_advice),
        "OUTCOME_ADVICE_FLAG": yes_or_no(has_advice),
    }
    changes = {"DIM_PERSON_ID": Change(moved, pa.array(before))}
    return source_table(columns, contacts.recorded, changes)


def _notes(number: np.ndarray) -> pa.Array:
    """Free text with everything that breaks careless readers; a third have none."""
    quoted = population.labelled("DEMO-NOTE-", number, ' caller said "help", rang back')
    broken = population.labelled("DEMO-NOTE-", number, " line one\nline two; school, GP")
    text = pc.if_else(pa.array(number % 3 == 1), quoted, broken)
    return pc.if_else(pa.array(number % 3 == 2), pa.scalar(None, pa.string()), text)


def referrals_of_children(
    rng: np.random.Generator, contacts: Columns, children: Columns, size: int
) -> Columns:
    """One row per referral and child, with the family's pathway dates, in order of contact.

    A young person's referral, and the plan in it, end on the eighteenth birthday.
    """
    rows = contacts.take(contacts.is_referral)
    birthday = children.eighteenth_birthday[rows.child]
    entry = shared_by_event(rows.event, draw_days(rng, len(rows), AT_ONCE))
    recorded = latest(rows.recorded, rows.referred + entry)
    delay = shared_by_event(rows.event, draw_days(rng, len(rows), WITHIN_A_WEEK))
    return rows.with_columns(
        referral_id=numbered(len(rows)),
        birthday=birthday,
        recorded=recorded,
        closed=earliest(rows.closed, birthday),
        closed_recorded=latest(recorded, earliest(rows.closed, birthday) + delay),
        team=population.draw_team(rng, len(rows)),
        worker=population.draw_worker(rng, len(rows), size),
    )


def referral_table(rng: np.random.Generator, referrals: Columns) -> SourceTable:
    """Referrals, each also the child's episode of need from start to closure."""
    size = len(referrals)
    is_nfa = referrals.pathway == pathways.NO_ASSESSMENT
    quick = referrals.pathway <= pathways.ASSESSED_AND_CLOSED
    reason = np.where(quick, draw_option(rng, size, (0.7, 0.3)), 2)
    is_transfer = referrals.pathway == pathways.TRANSFERRED_IN
    strategy = ~np.isnat(referrals.enquiry_started) & ~is_transfer
    no = yes_or_no(np.zeros(size, dtype=bool))
    columns = {
        "FACT_REFERRAL_ID": referrals.referral_id,
        "DIM_PERSON_ID": referrals.child + FIRST_ID,
        "REFRL_START_DTTM": referrals.referred,
        "REFRL_END_DTTM": referrals.closed,
        "DIM_LOOKUP_CATEGORY_OF_NEED_CODE": words(draw_option(rng, size, NEED_SHARES), NEED_CODES),
        "DIM_LOOKUP_CONT_SORC_ID": words(referrals.source, tuple(code for code, _ in SOURCES)),
        "DIM_LOOKUP_CONT_SORC_ID_DESC": words(referrals.source, tuple(text for _, text in SOURCES)),
        "DIM_LOOKUP_REFRL_ENDRSN_ID_CODE": words(reason, ("RC8", "RC9", "RC7")),
        "DIM_DEPARTMENT_ID": referrals.team,
        "DIM_WORKER_ID": referrals.worker,
        "OUTCOME_SINGLE_ASSESSMENT_FLAG": yes_or_no(~is_nfa),
        "OUTCOME_NFA_FLAG": yes_or_no(is_nfa),
        "OUTCOME_STRATEGY_DISCUSSION_FLAG": yes_or_no(strategy),
        "OUTCOME_CP_TRANSFER_IN_FLAG": yes_or_no(is_transfer),
    }
    discussed = latest(referrals.recorded, referrals.enquiry_started)
    changes = {
        "REFRL_END_DTTM": Change(referrals.closed_recorded),
        "DIM_LOOKUP_REFRL_ENDRSN_ID_CODE": Change(referrals.closed_recorded),
        "OUTCOME_STRATEGY_DISCUSSION_FLAG": Change(discussed, no),
    }
    return source_table(columns, referrals.recorded, changes)
