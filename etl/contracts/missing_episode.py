"""An episode in which a child was missing, or away without leave."""

from __future__ import annotations

from etl.contracts.contract import OF_A_CHILD, Table, day, flag, identifier, text

MISSING, AWAY = "missing", "away"
NOT_KNOWN = "not known"

MISSING_EPISODE = Table(
    name="missing_episode",
    warehouse="fact_missing_episode",
    grain="an episode in which a child was missing or away",
    noun="missing episode",
    plural="missing episodes",
    key=("missing_episode_id",),
    dated_by="started_date",
    columns=(
        identifier("missing_episode_id", "the source's id"),
        *OF_A_CHILD,
        day("started_date", "when the child was first missed", word="start date", required=True),
        day(
            "ended_date",
            "when the child was back",
            word="end date",
            not_before="started_date",
        ),
        text(
            "kind",
            "missing, away (where the child is is known), or not known",
            code_list="missing_kind",
            hangs_on=(MISSING, AWAY, NOT_KNOWN),
        ),
        flag(
            "is_interview_offered",
            "a return interview was offered; empty where the record does not say, or says that it "
            "does not apply",
        ),
        flag("is_interview_accepted", "it was accepted; empty likewise"),
    ),
)
