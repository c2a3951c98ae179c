"""A legal status of a child: what tells short breaks and closer visits."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    OF_A_CHILD,
    Table,
    code,
    day,
    identifier,
)

SHORT_BREAKS = ("V3", "V4")
INTERIM_CARE_ORDER = "C1"

LEGAL_STATUS = Table(
    name="legal_status",
    warehouse="fact_legal_status",
    grain="a legal status of a child",
    noun="legal status",
    plural="legal statuses",
    key=("legal_status_id",),
    dated_by="started_date",
    begins_at_birth=True,
    columns=(
        identifier("legal_status_id", "the source's id"),
        *OF_A_CHILD,
        code(
            "legal_status_code",
            "national code, else the source's label",
            "legal_status",
            hangs_on=(*SHORT_BREAKS, INTERIM_CARE_ORDER),
        ),
        day("started_date", "when it began", word="start date", required=True),
        day(
            "ended_date",
            "when it ended or is planned to end",
            word="end date",
            not_before="started_date",
            may_lie_ahead=True,
        ),
        BEFORE_CERTAIN_BIRTH,
    ),
)
