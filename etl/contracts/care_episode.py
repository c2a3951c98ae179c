"""An episode of care: one legal status and placement within a period."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    OF_A_CHILD,
    Maker,
    Table,
    code,
    day,
    identifier,
)

ANOTHER_EPISODE_FOLLOWS = "X1"

CARE_EPISODE = Table(
    name="care_episode",
    warehouse="fact_care_episode",
    grain="an episode within a period of care",
    noun="episode",
    plural="episodes",
    key=("episode_id",),
    owned_through=("looked_after_id",),
    dated_by="started_date",
    begins_at_birth=True,
    columns=(
        identifier("episode_id", "the source's id"),
        *OF_A_CHILD,
        identifier("looked_after_id", "its period of care", names="looked_after_period"),
        day("started_date", "when the episode began", word="start date", required=True),
        day("ended_date", "when it ended", word="end date", not_before="started_date"),
        code("start_reason_code", "why it began", "care_start_reason"),
        code(
            "end_reason_code",
            "why it ended; X1: another episode follows",
            "care_end_reason",
            hangs_on=(ANOTHER_EPISODE_FOLLOWS,),
        ),
        code(
            "own_legal_status_code",
            "the legal status that the source gives with the episode itself",
            "legal_status",
            stored=False,
            recalled_as="fact.legal_status_code",
        ),
        code(
            "legal_status_code",
            "legal status at its start",
            "legal_status",
            made_by=Maker.DERIVE,
            made_of=(
                "own_legal_status_code",
                "started_date",
                "legal_status.legal_status_code",
                "legal_status.started_date",
                "legal_status.ended_date",
            ),
        ),
        BEFORE_CERTAIN_BIRTH,
    ),
)
