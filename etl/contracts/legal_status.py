"""A legal status of a child, read to know short breaks; no table of its own."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    Table,
    code,
    day,
    identifier,
)

LEGAL_STATUS = Table(
    name="legal_status",
    warehouse=None,
    grain="a legal status of a child",
    key=("legal_status_id",),
    dated_by="started_date",
    columns=(
        identifier("legal_status_id", "the source's id"),
        CHILD,
        code("legal_status_code", "national code, else the source's label", "legal_status"),
        day("started_date", "when it began"),
        day("ended_date", "when it ended or is planned to end"),
    ),
)
