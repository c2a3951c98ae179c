"""An episode of care: one legal status and placement within a period."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    CHILD,
    FAMILY,
    Table,
    code,
    day,
    identifier,
)

CARE_EPISODE = Table(
    name="care_episode",
    warehouse="fact_care_episode",
    grain="an episode within a period of care",
    key=("episode_id",),
    dated_by="started_date",
    columns=(
        identifier("episode_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("looked_after_id", "its period of care"),
        day("started_date", "when the episode began"),
        day("ended_date", "when it ended"),
        code("start_reason_code", "why it began", "care_start_reason"),
        code("end_reason_code", "why it ended; X1: another episode follows", "care_end_reason"),
        code("legal_status_code", "legal status at its start", "legal_status", derived=True),
        BEFORE_CERTAIN_BIRTH,
    ),
)
