"""Young people who leave care: who is entitled to what, and how contacts with them found them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from etl.demo.dates import latest, months_after
from etl.demo.draws import Bands, draw_days, draw_option, words
from etl.demo.placements import is_short_break
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table, stack

IN_CARE_BEFORE_SIXTEEN = 91  # days: 13 weeks
CONTACTS_AT_MOST = 16
BETWEEN_CONTACTS: Bands = ((0.8, 50, 75), (0.2, 76, 180))
ENTERED: Bands = ((0.9, 0, 7), (0.1, 8, 40))
IN_TOUCH = ("YES", "NO", "REFU", "NREQ", "RHOM")
IN_TOUCH_SHARES = (0.9, 0.04, 0.03, 0.02, 0.01)
LIVES = ("U - Independent living", "T - Supported accommodation", "B - With parents or relatives",
         "Z - With former foster carers", "S - No fixed abode", "X - In custody")  # fmt: skip
LIVES_SHARES = (0.42, 0.24, 0.12, 0.16, 0.03, 0.03)
FIRST_UNSUITABLE = 4  # of LIVES
DOES = ("F1 - Full time in higher education", "F2 - Full time in other education",
        "F4 - Full time in training or employment", "G4 - Illness or disability",
        "G5 - Other reasons", "G6 - Pregnancy or parenting")  # fmt: skip
DOES_SHARES = (0.06, 0.22, 0.28, 0.1, 0.27, 0.07)


def leaving_tables(
    rng: np.random.Generator, periods: Columns, children: Columns, last_day: np.datetime64
) -> dict[str, SourceTable]:
    """Entitlements, one a young person, and contacts after the eighteenth birthday."""
    young = _entitled(periods, children)
    birthday = children.eighteenth_birthday[young.child]
    one = np.zeros(len(young), dtype=np.int8)
    entitled = source_table(
        {
            "DIM_CLA_ELIGIBILITY_ID": numbered(len(young)),
            "DIM_PERSON_ID": young.child + FIRST_ID,
            "DIM_LOOKUP_ELIGIBILITY_STATUS_DESC": words(one, ("Former Relevant",)),
        },
        young.since,
        {"DIM_LOOKUP_ELIGIBILITY_STATUS_DESC": Change(birthday, words(one, ("Eligible",)))},
    )
    return {
        "DIM_CLA_ELIGIBILITY": entitled,
        "FACT_CLA_CARE_LEAVERS": _contact_table(rng, young, birthday, last_day),
    }


def _entitled(periods: Columns, children: Columns) -> Columns:
    """Who was in care for thirteen weeks and at sixteen, since when, each once."""
    sixteen = months_after(children.eighteenth_birthday[periods.child], -24)
    since = latest(sixteen, periods.started + IN_CARE_BEFORE_SIXTEEN, periods.recorded)
    is_one = ~is_short_break(periods) & ~(since > periods.ended)
    young = periods.with_columns(since=since).take(is_one)
    first = np.unique(young.child, return_index=True)[1]
    return Columns(child=young.child[first], since=young.since[first])


def _contact_table(
    rng: np.random.Generator, young: Columns, birthday: np.ndarray, last_day: np.datetime64
) -> SourceTable:
    person, day, parts = np.arange(len(young)), birthday, []
    for _ in range(CONTACTS_AT_MOST):
        day = day + draw_days(rng, len(day), BETWEEN_CONTACTS)
        goes_on = day <= last_day
        person, day = person[goes_on], day[goes_on]
        parts.append(Columns(child=young.child[person], day=day))
    contacts = stack(parts)
    contacts = contacts.take(np.lexsort((contacts.child, contacts.day)))
    size = len(contacts)
    lives = draw_option(rng, size, LIVES_SHARES)
    columns: dict[str, np.ndarray | pa.Array] = {
        "FACT_CLA_CARE_LEAVERS_ID": numbered(size),
        "DIM_PERSON_ID": contacts.child + FIRST_ID,
        "DIM_LOOKUP_IN_TOUCH_CODE_CODE": words(draw_option(rng, size, IN_TOUCH_SHARES), IN_TOUCH),
        "IN_TOUCH_DTTM": contacts.day,
        "DIM_LOOKUP_ACCOMMODATION_CODE_DESC": words(lives, LIVES),
        "DIM_LOOKUP_ACCOMMODATION_SUITABLE_DESC": words(
            (lives >= FIRST_UNSUITABLE).astype(np.int8), ("1", "2")
        ),
        "DIM_LOOKUP_MAIN_ACTIVITY_DESC": words(draw_option(rng, size, DOES_SHARES), DOES),
    }
    return source_table(columns, contacts.day + draw_days(rng, size, ENTERED))
