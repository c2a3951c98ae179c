"""A child in need plan."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    Table,
    code,
    day,
    flag,
    identifier,
    text,
)

CHILD_IN_NEED_PLAN = Table(
    name="child_in_need_plan",
    warehouse="fact_child_in_need_plan",
    grain="a child in need plan of a child",
    key=("child_in_need_plan_id",),
    dated_by="started_date",
    columns=(
        identifier("child_in_need_plan_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("referral_id", "its referral"),
        day("started_date", "when the plan began"),
        day("ended_date", "when it ended"),
        day(
            "closed_date",
            "since when no visit is owed under it: its end, or before that the day the child "
            "came on a child protection plan or into care",
            derived=True,
        ),
        text("plan_type", "always child_in_need: plans of other types are left out", stored=False),
        code("status_code", "the source's status of the plan", stored=False),
        flag("is_cancelled", "its status is the one that the returns leave out", derived=True),
    ),
)
