"""A worker's involvement with a child: who has the child, and since when."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    TEAM,
    WORKER,
    Table,
    code,
    day,
    flag,
    identifier,
)

# The role by which the allocated worker is known where the source has no flag for it.
ALLOCATED_ROLE = "CW"

INVOLVEMENT = Table(
    name="involvement",
    warehouse="fact_involvement",
    grain="a worker's involvement with a child",
    noun="involvement",
    plural="involvements",
    key=("involvement_id",),
    dated_by="started_date",
    columns=(
        identifier("involvement_id", "the source's id"),
        *OF_A_CHILD,
        TEAM,
        WORKER,
        identifier(
            "worker_team_id",
            "the worker's team at that time",
            stored=False,
            names="team",
            recalled_as="null",  # what is stored is the team that it led to
        ),
        identifier("referral_id", "the referral it came with", names="referral"),
        code(
            "role_code",
            "what the worker is to the child; CW: allocated case worker",
            "involvement_role",
            hangs_on=(ALLOCATED_ROLE,),
        ),
        flag("is_allocated", "the child is allocated to the worker, who is responsible for it"),
        day("started_date", "when it began", word="start date", required=True),
        day(
            "ended_date",
            "when it ended or is planned to end",
            word="end date",
            not_before="started_date",
            may_lie_ahead=True,
        ),
        code("change_reason_code", "why the worker changed", "worker_change_reason"),
    ),
)
