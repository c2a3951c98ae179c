"""A period of care."""

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

LOOKED_AFTER_PERIOD = Table(
    name="looked_after_period",
    warehouse="fact_looked_after_period",
    grain="a period of care of a child",
    noun="period of care",
    plural="periods of care",
    key=("looked_after_id",),
    owned_through=("referral_id",),
    dated_by="started_date",
    begins_at_birth=True,
    columns=(
        identifier("looked_after_id", "the source's id"),
        *OF_A_CHILD,
        identifier("referral_id", "its referral", names="referral"),
        day(
            "started_date",
            "when the child became looked after",
            word="start date",
            required=True,
        ),
        flag(
            "is_start_known",
            "its start is known; no: it began before the first day that the source has of it",
        ),
        latest_of("review", "looked_after_review", "looked_after_id"),
        day(
            "ended_date",
            "when care ended: the end of its last episode",
            made_by=Maker.DERIVE,
            word="end date",
            made_of=(
                "care_episode.looked_after_id",
                "care_episode.started_date",
                "care_episode.ended_date",
                "care_episode.end_reason_code",
            ),
        ),
        code(
            "end_reason_code",
            "why care ended",
            "care_end_reason",
            made_by=Maker.DERIVE,
            made_of=(
                "care_episode.looked_after_id",
                "care_episode.started_date",
                "care_episode.ended_date",
                "care_episode.end_reason_code",
            ),
        ),
        flag(
            "is_short_break",
            "a series of short breaks (V3, V4): no measure",
            made_by=Maker.DERIVE,
            made_of=("care_episode.looked_after_id", "care_episode.legal_status_code"),
        ),
        BEFORE_CERTAIN_BIRTH,
    ),
)
