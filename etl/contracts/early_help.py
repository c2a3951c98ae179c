"""An early help (CAF) episode."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    Table,
    code,
    day,
    identifier,
)

EARLY_HELP = Table(
    name="early_help",
    warehouse="fact_early_help",
    grain="an early help (CAF) episode of a child",
    noun="early help episode",
    plural="early help episodes",
    key=("early_help_id",),
    dated_by="started_date",
    columns=(
        identifier("early_help_id", "the source's id"),
        *OF_A_CHILD,
        day("started_date", "when the episode began", word="start date", required=True),
        day("ended_date", "when it ended", word="end date", not_before="started_date"),
        code("organisation_code", "the organisation it came from (local list)"),
        code("end_reason_code", "why it ended (local list)"),
    ),
)
