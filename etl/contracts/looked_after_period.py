"""A period of care."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    CHILD,
    FAMILY,
    Table,
    code,
    day,
    flag,
    identifier,
)

LOOKED_AFTER_PERIOD = Table(
    name="looked_after_period",
    warehouse="fact_looked_after_period",
    grain="a period of care of a child",
    key=("looked_after_id",),
    dated_by="started_date",
    columns=(
        identifier("looked_after_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("referral_id", "its referral"),
        day("started_date", "when the child became looked after"),
        day("ended_date", "when care ended: the end of its last episode", derived=True),
        code("end_reason_code", "why care ended", "care_end_reason", derived=True),
        flag("is_short_break", "a series of short breaks (V3, V4): no measure", derived=True),
        BEFORE_CERTAIN_BIRTH,
    ),
)
