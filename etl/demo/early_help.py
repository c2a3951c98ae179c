"""Early help episodes: after a contact that was no referral, or for families new to the council."""

from __future__ import annotations

import numpy as np

from etl.demo import population
from etl.demo.dates import earliest, latest, working_day_on_or_after
from etl.demo.draws import Bands, draw_days, draw_option, happens, words
from etl.demo.front_door import WITHIN_A_WEEK
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table

LENGTH: Bands = ((0.3, 30, 90), (0.5, 91, 240), (0.2, 241, 420))
SHARE_AFTER_CONTACT = 0.085


def early_help_table(
    rng: np.random.Generator, contacts: Columns, families: Columns, children: Columns
) -> SourceTable:
    """Episodes of whole families, for the children already born when help was asked for."""
    after = contacts.take((contacts.rank == 0) & ~contacts.is_referral & ~contacts.is_existing)
    chosen = happens(rng, len(families), SHARE_AFTER_CONTACT)[after.family]
    after = after.take(chosen)
    own = np.flatnonzero(families.kind[children.family] == population.EARLY_HELP)
    family = np.concatenate([after.family, children.family[own]])
    child = np.concatenate([after.child, own])
    delay = draw_days(rng, len(families), ((1.0, 5, 25),))
    length = draw_days(rng, len(families), LENGTH)
    is_own = np.arange(len(child)) >= len(after)
    asked = np.concatenate([after.received, children.first_known[own]])
    started = working_day_on_or_after(asked + np.where(is_own, 0, delay[family]))
    ended = earliest(started + length[family], children.eighteenth_birthday[child])
    keep = (children.birth_recorded[child] <= asked) & (ended > started)
    child, started, ended = child[keep], started[keep], ended[keep]
    size = len(child)
    recorded = started + draw_days(rng, size, WITHIN_A_WEEK)
    ended_recorded = latest(recorded, ended + draw_days(rng, size, WITHIN_A_WEEK))
    columns = {
        "FACT_CAF_EPISODE_ID": numbered(size),
        "DIM_PERSON_ID": child + FIRST_ID,
        "EPISODE_START_DTTM": started,
        "EPISODE_END_DTTM": ended,
        "START_REASON": words(rng.integers(0, 3, size), ("Parenting", "School", "Housing")),
        "DIM_LOOKUP_CAF_EP_ENDRSN_ID_CODE": words(
            draw_option(rng, size, (0.7, 0.2, 0.1)), ("MET", "DIS", "ESC")
        ),
        "DIM_LOOKUP_ORIGINATING_ORGANISATION_CODE": words(
            rng.integers(0, 4, size), ("SCH", "HV", "CC", "YOS")
        ),
    }
    changes = {
        "EPISODE_END_DTTM": Change(ended_recorded),
        "DIM_LOOKUP_CAF_EP_ENDRSN_ID_CODE": Change(ended_recorded),
    }
    return source_table(columns, recorded, changes)
