"""A placement of a looked after child."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    OF_A_CHILD,
    Maker,
    Table,
    code,
    day,
    flag,
    identifier,
    latest_of,
)

WITH_PARENTS = "P1"
# Long-term fostering, with a relative or friend and with another carer.
LONG_TERM_PLACEMENTS = ("U1", "U4")
# To hospital, on holiday and the like: the child returns to its placement.
TEMPORARY_MOVES = ("T0", "T1", "T2", "T3", "T4")

PLACEMENT = Table(
    name="placement",
    warehouse="fact_placement",
    grain="a placement of a child",
    noun="placement",
    plural="placements",
    key=("placement_id",),
    owned_through=("looked_after_id",),
    dated_by="started_date",
    begins_at_birth=True,
    columns=(
        identifier("placement_id", "the source's id"),
        *OF_A_CHILD,
        identifier("looked_after_id", "its period of care", names="looked_after_period"),
        day("started_date", "when the placement began", word="start date", required=True),
        day("ended_date", "when it ended", word="end date", not_before="started_date"),
        latest_of("visit", "looked_after_visit", "placement_id"),
        day(
            "closed_date",
            "since when no visit is owed to it: its end, or the end of its period of care",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=("ended_date", "looked_after_id", "looked_after_period.ended_date"),
        ),
        code(
            "placement_type_code",
            "the kind of placement",
            "placement_type",
            hangs_on=(*LONG_TERM_PLACEMENTS, WITH_PARENTS, *TEMPORARY_MOVES),
        ),
        code("provider_code", "who provides it", "placement_provider"),
        code(
            "change_reason_code",
            "why the child moved on from it",
            "placement_change_reason",
        ),
        flag(
            "is_long_term",
            "meant to last until the child is 18 (U1, U4)",
            made_by=Maker.DERIVE,
            made_of=("placement_type_code",),
        ),
        flag(
            "is_short_break",
            "its period of care is a series of short breaks",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=("looked_after_id", "looked_after_period.is_short_break"),
        ),
        BEFORE_CERTAIN_BIRTH,
    ),
)
