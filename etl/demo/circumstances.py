"""What else is on record of children: disabilities, times when they were missing, and the factors
that their assessments found."""

from __future__ import annotations

import numpy as np

from etl.demo.dates import NEVER, latest
from etl.demo.draws import Bands, draw_days, draw_option, happens, words, yes_or_no
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table, stack

DISABLED = 0.06
DISABILITIES = ("LD", "AUT", "BEH", "COMM", "MOB", "HEAR", "VIS", "CON", "PC", "DDA")
DISABILITY_SHARES = (0.3, 0.25, 0.15, 0.1, 0.07, 0.03, 0.03, 0.03, 0.02, 0.02)
MISSING_PERIODS = 0.35
EPISODES_AT_MOST = 5
BETWEEN_EPISODES: Bands = ((0.7, 10, 60), (0.3, 61, 300))
GONE_FOR: Bands = ((0.8, 0, 1), (0.15, 2, 6), (0.05, 7, 40))
ENTERED: Bands = ((0.9, 0, 2), (0.1, 3, 14))
OLD_ENOUGH = 11 * 365  # days
FACTORS_AT_MOST = 3
FACTORS = ("3B", "4B", "4A", "2B", "1B", "16A", "17A", "3A", "21", "20", "10A", "14A", "24A")
FACTOR_SHARES = (0.2, 0.16, 0.08, 0.09, 0.09, 0.09, 0.09, 0.05, 0.06, 0.04, 0.02, 0.02, 0.01)


def disability_table(rng: np.random.Generator, children: Columns) -> SourceTable:
    """A disability of some of the children, from some time after their birth became known."""
    size = len(children)
    chosen = np.flatnonzero(happens(rng, size, DISABLED))
    since = children.birth_recorded[chosen] + draw_days(rng, len(chosen), ((1.0, 30, 900),))
    columns = {
        "FACT_DISABILITY_ID": numbered(len(chosen)),
        "DIM_PERSON_ID": chosen + FIRST_ID,
        "DIM_LOOKUP_DISAB_CODE": words(
            draw_option(rng, len(chosen), DISABILITY_SHARES), DISABILITIES
        ),
        "START_DTTM": since,
        "END_DTTM": np.full(len(chosen), NEVER),
    }
    return source_table(columns, since)


def missing_table(
    rng: np.random.Generator, periods: Columns, children: Columns, last_day: np.datetime64
) -> SourceTable:
    """Times when older children in care were missing, or away."""
    birth = children.birth[periods.child]
    is_old = periods.ended - birth > np.timedelta64(OLD_ENOUGH, "D")
    period = np.flatnonzero(is_old & happens(rng, len(periods), MISSING_PERIODS))
    day, parts = latest(periods.started, birth + OLD_ENOUGH)[period], []
    for _ in range(EPISODES_AT_MOST):
        day = day + draw_days(rng, len(day), BETWEEN_EPISODES)
        goes_on = (day <= last_day) & ~(day > periods.ended[period])
        period, day = period[goes_on], day[goes_on]
        parts.append(Columns(child=periods.child[period], day=day, known=periods.recorded[period]))
    rows = stack(parts)
    rows = rows.take(np.lexsort((rows.child, rows.day)))
    size = len(rows)
    back = rows.day + draw_days(rng, size, GONE_FOR)
    recorded = latest(rows.known, rows.day + draw_days(rng, size, ENTERED))
    is_offered = happens(rng, size, 0.85)
    columns = {
        "FACT_MISSING_PERSON_ID": numbered(size),
        "DIM_PERSON_ID": rows.child + FIRST_ID,
        "START_DTTM": rows.day,
        "END_DTTM": back,
        "MISSING_STATUS": words(draw_option(rng, size, (0.8, 0.2)), ("Missing", "Away")),
        "RETURN_INTERVIEW_OFFERED": yes_or_no(is_offered),
        "RETURN_INTERVIEW_ACCEPTED": words(
            np.where(is_offered, happens(rng, size, 0.7), 2).astype(np.int8), ("No", "Yes", "NA")
        ),
    }
    ended = Change(latest(recorded, back + draw_days(rng, size, ENTERED)))
    later = ("END_DTTM", "RETURN_INTERVIEW_OFFERED", "RETURN_INTERVIEW_ACCEPTED")
    return source_table(columns, recorded, dict.fromkeys(later, ended))


def factor_answers(rng: np.random.Generator, assessments: Columns) -> SourceTable:
    """Up to three factors of each assessment that was completed: answers of its form."""
    done = assessments.take((assessments.status == 0) & ~np.isnat(assessments.authorised))
    parts = []
    for number in range(FACTORS_AT_MOST):
        found = done.take(happens(rng, len(done), 1.0 if number == 0 else 0.4))
        factor = draw_option(rng, len(found), FACTOR_SHARES)
        parts.append(found.with_columns(factor=factor))
    rows = stack(parts)
    one = np.zeros(len(rows), dtype=np.int8)
    columns = {
        "FACT_FORM_ID": rows.form,
        "ANSWER_NO": words(rows.factor, FACTORS),
        "ANSWER": words(one, ("Yes",)),
        "ANSWERED_DTTM": rows.authorised,
    }
    return source_table(columns, rows.authorised_recorded)
