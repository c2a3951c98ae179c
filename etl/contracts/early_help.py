"""An early help (CAF) episode."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    Table,
    code,
    day,
    identifier,
)

EARLY_HELP = Table(
    name="early_help",
    warehouse="fact_early_help",
    grain="an early help (CAF) episode of a child",
    key=("early_help_id",),
    dated_by="started_date",
    columns=(
        identifier("early_help_id", "the source's id"),
        CHILD,
        FAMILY,
        day("started_date", "when the episode began"),
        day("ended_date", "when it ended"),
        code("organisation_code", "the organisation it came from (local list)"),
        code("end_reason_code", "why it ended (local list)"),
    ),
)
