"""The whole life of the demo council, simulated once: every night is drawn from the same world.

The world ends at a fixed horizon, not at the extract date. So the extract of a later night is the
extract of an earlier one and what happened, or was typed in, since. There are two: nights up to
30 June 2026 are of the one that ends then, all later ones of another, with other children, that
ends with 2031. Both begin four years before that June.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from etl.demo import assessments as assessing
from etl.demo import (
    care,
    circumstances,
    early_help,
    front_door,
    health,
    in_need,
    leaving,
    population,
    protection,
)
from etl.demo.dates import as_day
from etl.demo.involvements import involvement_table
from etl.demo.meetings import Numbering
from etl.demo.tables import FIRST_ID, Columns, SourceTable, join_tables

HORIZON = date(2026, 6, 30)
LAST_HORIZON = date(2031, 12, 31)  # as far as the calendar of bank holidays goes
# At the default size, a council typical in its stocks, with every kind of fault.
SEED, LATER_SEED = 1045, 1030
# In a much smaller council a kind of thing may not happen at all, and its table cannot be drawn.
FEWEST_CHILDREN, MOST_CHILDREN = 1000, 1_000_000


@dataclass(frozen=True)
class World:
    """All source tables, with what was recorded when."""

    children: int
    seed: int
    first_day: date
    last_day: date
    tables: dict[str, SourceTable]


def horizon_of(extract_date: date) -> date:
    """The end of the world that a night is of, where none is asked for."""
    return HORIZON if extract_date <= HORIZON else LAST_HORIZON


@lru_cache(maxsize=1)  # several nights in a row are drawn from one world
def simulate(children: int, seed: int | None = None, last_day: date = HORIZON) -> World:
    """The council's life up to `last_day`, from four years before it or before `HORIZON`, whichever
    is earlier; equal arguments, equal worlds. Without a seed, the usual one of that day's world.

    `children` is how many children the council will have known four years on: those whose first
    contact lies after an extract are not in it yet, and each further year brings as many as those
    before.
    """
    _check_size(children)
    if seed is None:
        seed = SEED if last_day <= HORIZON else LATER_SEED
    end = as_day(last_day)
    start = min(end, as_day(HORIZON)) - population.HISTORY_DAYS
    # A stream per domain: a change to one leaves what the others draw as it was.
    streams = [np.random.default_rng([seed, number]) for number in range(8)]
    families = population.found_families(streams[0], children, start, end)
    people = population.raise_children(streams[1], families)
    known = _come_to_the_door(streams[2], families, people, children, end)
    protected = protection.simulate_protection(
        streams[3], known.referrals, people, end, first_form=len(known.assessments)
    )
    first = _after(protected, len(known.assessments))
    cared = care.simulate_care(streams[4], families, people, known.referrals, start, end, first)
    helped = in_need.simulate_in_need(
        streams[5], known.referrals, known.assessments, people, end, _after_care(first, cared)
    )
    tables = _front_door_tables(streams[2], known, families, people, children)
    tables |= _protection_tables(protected) | _care_tables(cared)
    tables |= _shared_tables(streams[7], known.assessments, protected, cared, helped)
    tables["FACT_INVOLVEMENTS"] = involvement_table(
        streams[6], known.referrals, cared.drawn, children
    )
    tables |= _further_record(streams[7], cared.drawn, people, end)
    return World(children, seed, start.astype(date), last_day, tables)


@dataclass(frozen=True)
class _Known:
    """How children became known to the council, up to their assessments."""

    contacts: Columns
    duplicates: Columns
    referrals: Columns
    assessments: Columns


def _come_to_the_door(
    rng: np.random.Generator,
    families: Columns,
    people: Columns,
    children: int,
    end: np.datetime64,
) -> _Known:
    contacts = front_door.draw_contacts(rng, families, end)
    contacts = front_door.decide_contacts(rng, contacts, len(families))
    contacts = front_door.contacts_of_children(contacts, families, people)
    duplicates = front_door.pick_duplicates(rng, contacts)
    referrals = front_door.referrals_of_children(rng, contacts, people, children)
    assessments = assessing.draw_assessments(rng, referrals, people)
    return _Known(contacts, duplicates, referrals, assessments)


def _front_door_tables(
    rng: np.random.Generator, known: _Known, families: Columns, people: Columns, children: int
) -> dict[str, SourceTable]:
    contacts, duplicates = known.contacts, known.duplicates
    return {
        "DIM_PERSON": population.person_table(people, duplicates),
        "DIM_PERSON_ADDRESS": population.address_table(people, duplicates),
        "DIM_DEPARTMENT": population.department_table(),
        "DIM_WORKER": population.worker_table(children),
        "FACT_CAF_EPISODE": early_help.early_help_table(rng, contacts, families, people),
        "FACT_CONTACTS": front_door.contact_table(rng, contacts, duplicates, children),
        "FACT_REFERRALS": front_door.referral_table(rng, known.referrals),
        "FACT_SINGLE_ASSESSMENT": assessing.assessment_table(rng, known.assessments, children),
    }


def _further_record(
    rng: np.random.Generator, periods: Columns, people: Columns, end: np.datetime64
) -> dict[str, SourceTable]:
    return {
        "FACT_HEALTH_CHECK": health.health_check_table(rng, periods, people, end),
        "FACT_MISSING_PERSON": circumstances.missing_table(rng, periods, people, end),
        "FACT_DISABILITY": circumstances.disability_table(rng, people),
        **leaving.leaving_tables(rng, periods, people, end),
    }


def _check_size(children: int) -> None:
    if not FEWEST_CHILDREN <= children <= MOST_CHILDREN:
        raise ValueError(
            f"The demo council can have {FEWEST_CHILDREN:,} to {MOST_CHILDREN:,} children, "
            f"not {children:,}."
        )


def _after(protected: protection.Protection, assessment_forms: int) -> Numbering:
    """The first meeting, form and case note that child protection left free."""
    both = (protected.conference_meetings, protected.review_meetings)
    return Numbering(
        meeting=FIRST_ID + sum(len(part.meetings.recorded) for part in both),
        form=assessment_forms + sum(len(part.subjects.recorded) for part in both),
        casenote=FIRST_ID + len(protected.casenotes.recorded),
    )


def _after_care(first: Numbering, cared: care.Care) -> Numbering:
    """The first case note and care plan that looked after children left free."""
    return Numbering(
        casenote=first.casenote + len(cared.casenotes.recorded),
        care_plan=first.care_plan + len(cared.pathway_plans.recorded),
    )


def _protection_tables(protected: protection.Protection) -> dict[str, SourceTable]:
    return {
        "FACT_S47": protected.enquiries,
        "FACT_CP_CONFERENCE": protected.conferences,
        "FACT_CP_PLAN": protected.plans,
        "FACT_CP_REVIEW": protected.reviews,
        "FACT_CP_VISIT": protected.visits,
    }


def _care_tables(cared: care.Care) -> dict[str, SourceTable]:
    return {
        "FACT_CLA": cared.periods,
        "FACT_CARE_EPISODES": cared.episodes,
        "FACT_CLA_PLACEMENT": cared.placements,
        "FACT_CLA_REVIEW": cared.reviews,
        "FACT_CLA_VISIT": cared.visits,
        "FACT_LEGAL_STATUS": cared.legal_statuses,
    }


def _shared_tables(
    rng: np.random.Generator,
    assessments: Columns,
    protected: protection.Protection,
    cared: care.Care,
    helped: in_need.InNeed,
) -> dict[str, SourceTable]:
    """The tables to which several domains add rows."""
    kinds = [protected.conference_meetings, protected.review_meetings, cared.review_meetings]
    answers = join_tables(
        [
            assessing.assessment_answers(assessments),
            *(kind.answers for kind in kinds),
            circumstances.factor_answers(rng, assessments),
        ]
    )
    number = {"FACT_FORM_ANSWER_ID": pa.array(np.arange(len(answers.recorded)))}
    return {
        "FACT_FORM_ANSWERS": SourceTable(
            number | answers.columns, answers.recorded, answers.changes
        ),
        "FACT_MEETINGS": join_tables([kind.meetings for kind in kinds]),
        "FACT_MEETING_SUBJECTS": join_tables([kind.subjects for kind in kinds]),
        "FACT_CASENOTES": join_tables([protected.casenotes, cared.casenotes, helped.casenotes]),
        "FACT_CARE_PLAN_SUMMARY": join_tables([cared.pathway_plans, helped.plans]),
    }
