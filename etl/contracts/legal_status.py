"""A legal status of a child, read to know short breaks; no table of its own."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    MERGED,
    Table,
    code,
    day,
    identifier,
)

LEGAL_STATUS = Table(
    name="legal_status",
    warehouse=None,
    grain="a legal status of a child",
    noun="legal status",
    plural="legal statuses",
    key=("legal_status_id",),
    dated_by="started_date",
    columns=(
        identifier("legal_status_id", "the source's id"),
        CHILD,
        MERGED,
        code("legal_status_code", "national code, else the source's label", "legal_status"),
        day("started_date", "when it began", word="start date", required=True),
        day(
            "ended_date",
            "when it ended or is planned to end",
            word="end date",
            not_before="started_date",
            may_lie_ahead=True,
        ),
    ),
)
