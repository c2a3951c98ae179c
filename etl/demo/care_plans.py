"""Summaries of care plans, which the case system keeps in one table whatever their type."""

from __future__ import annotations

import numpy as np

from etl.demo.draws import words
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table

CHILD_IN_NEED_PLAN, PATHWAY_PLAN = "FP", "PATH"
ACTIVE, MISTAKEN = "A", "z"


def care_plan_table(plans: Columns, kind: str, first_id: int) -> SourceTable:
    """Plans of one type (`child`, `referral_id`, `started`, `ended`, `is_mistaken`); the end shows
    from when it was typed in."""
    size = len(plans)
    columns = {
        "FACT_CARE_PLAN_SUMMARY_ID": numbered(size, first_id),
        "FACT_REFERRAL_ID": plans.referral_id,
        "DIM_PERSON_ID": plans.child + FIRST_ID,
        "START_DTTM": plans.started,
        "END_DTTM": plans.ended,
        "DIM_LOOKUP_PLAN_TYPE_CODE": words(np.zeros(size, dtype=np.int8), (kind,)),
        "DIM_LOOKUP_PLAN_STATUS_ID_CODE": words(
            plans.is_mistaken.astype(np.int8), (ACTIVE, MISTAKEN)
        ),
    }
    return source_table(columns, plans.recorded, {"END_DTTM": Change(plans.ended_recorded)})
