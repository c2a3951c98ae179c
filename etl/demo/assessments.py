"""Single assessments, and the forms that hold when they were authorised."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from etl.demo import population
from etl.demo.dates import earliest, latest, working_day_on_or_after
from etl.demo.draws import draw_days, draw_option, happens, words, yes_or_no
from etl.demo.front_door import AT_ONCE
from etl.demo.tables import (
    DAY,
    FIRST_ID,
    Change,
    Columns,
    SourceTable,
    join_tables,
    numbered,
    source_table,
    stack,
)


def draw_assessments(rng: np.random.Generator, referrals: Columns, children: Columns) -> Columns:
    """Assessments: one per assessed referral, then a few abandoned drafts and cancelled ones."""
    kept = referrals.take(~np.isnat(referrals.assessment_started))
    kept = kept.take(kept.assessment_started < kept.birthday)
    kept = kept.with_columns(status=np.zeros(len(kept), dtype=np.int64))
    abandoned = kept.take(happens(rng, len(kept), 0.011))
    status = 1 + draw_option(rng, len(abandoned), (0.55, 0.45))
    rows = stack([kept, abandoned.with_columns(status=status)])
    size = len(rows)
    slip = np.where(happens(rng, size, 0.06), draw_days(rng, size, ((1.0, 1, 14),)), 0)
    authorised = earliest(working_day_on_or_after(rows.authorised + slip), rows.closed)
    is_blank = (rows.status > 0) & happens(rng, size, 0.5)
    authorised = np.where(is_blank, np.datetime64("NaT", "D"), authorised)
    recorded = latest(rows.recorded, rows.assessment_started + draw_days(rng, size, AT_ONCE))
    seen = latest(recorded, rows.assessment_started + 10)
    is_unborn = children.birth[rows.child] > seen
    return Columns(
        referral_id=rows.referral_id,
        child=rows.child,
        started=rows.assessment_started,
        authorised=authorised,
        status=rows.status,
        recorded=recorded,
        authorised_recorded=latest(
            recorded, authorised + draw_days(rng, size, ((0.9, 0, 2), (0.1, 3, 12)))
        ),
        seen_recorded=seen,
        is_seen=~is_unborn & happens(rng, size, 0.95),
        form=np.arange(size),
    )


def assessment_table(rng: np.random.Generator, assessments: Columns, children: int) -> SourceTable:
    """Single assessments; the authorised date is in the form's answers, not here."""
    size = len(assessments)
    number = numbered(size)
    done = assessments.authorised_recorded
    is_done = assessments.status == 0
    nothing_further = happens(rng, size, 0.45)
    unset = yes_or_no(np.zeros(size, dtype=bool))
    columns = {
        "FACT_SINGLE_ASSESSMENT_ID": number,
        "EXTERNAL_ID": number + 800_000,
        "DIM_PERSON_ID": assessments.child + FIRST_ID,
        "FACT_REFERRAL_ID": assessments.referral_id,
        "FACT_FORM_ID": assessments.form,
        "START_DTTM": assessments.started,
        "DIM_LOOKUP_STEP_SUBSTATUS_CODE": words(assessments.status, ("C", "D", "X")),
        "COMPLETED_BY_DEPT_ID": population.draw_team(rng, size),
        "COMPLETED_BY_USER_ID": population.draw_worker(rng, size, children),
        "OUTCOME_NFA_FLAG": yes_or_no(nothing_further),
        "OUTCOME_STRATEGY_DISCUSSION_FLAG": yes_or_no(happens(rng, size, 0.05)),
        "OUTCOME_PROV_OF_SERVICES_FLAG": yes_or_no(~nothing_further & happens(rng, size, 0.8)),
    }
    outcomes = [name for name in columns if name.startswith("OUTCOME_")]
    changes = {name: Change(done, unset) for name in outcomes}
    changes["DIM_LOOKUP_STEP_SUBSTATUS_CODE"] = Change(
        np.where(is_done, done, assessments.recorded),
        words(np.zeros(size, dtype=np.int8), ("I",)),
    )
    return source_table(columns, assessments.recorded, changes)


def assessment_answers(assessments: Columns) -> SourceTable:
    """Two answers per assessment form; both are there, empty, from the day the form is."""
    size = len(assessments)
    authorised = pa.array(assessments.authorised).cast(DAY).cast(pa.string())
    is_seen = words(assessments.is_seen.astype(np.int8), ("No", "Yes"))
    one = np.zeros(size, dtype=np.int8)
    parts = []
    for question, answer, entered in (
        ("seenYN", is_seen, assessments.seen_recorded),
        ("FormEndDate", authorised, assessments.authorised_recorded),
    ):
        columns = {
            "FACT_FORM_ID": assessments.form,
            "ANSWER_NO": words(one, (question,)),
            "ANSWER": answer,
            "ANSWERED_DTTM": entered,
        }
        changes = {"ANSWER": Change(entered), "ANSWERED_DTTM": Change(entered)}
        parts.append(source_table(columns, assessments.recorded, changes))
    return join_tables(parts)
