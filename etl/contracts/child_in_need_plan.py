"""A child in need plan."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    Maker,
    Table,
    code,
    day,
    flag,
    identifier,
    text,
)

# The status that the case system's own returns leave out; assessments have X for it.
CANCELLED_PLAN = "z"

CHILD_IN_NEED_PLAN = Table(
    name="child_in_need_plan",
    warehouse="fact_child_in_need_plan",
    grain="a child in need plan of a child",
    noun="plan",
    plural="plans",
    key=("child_in_need_plan_id",),
    owned_through=("referral_id",),
    dated_by="started_date",
    columns=(
        identifier("child_in_need_plan_id", "the source's id"),
        *OF_A_CHILD,
        identifier("referral_id", "its referral", names="referral"),
        day("started_date", "when the plan began", word="start date", required=True),
        day("ended_date", "when it ended", word="end date", not_before="started_date"),
        day(
            "closed_date",
            "since when no visit is owed under it: its end, or before that the day from which "
            "the child is on a child protection plan or in care to the end",
            made_by=Maker.DERIVE,
            made_of=(
                "started_date",
                "ended_date",
                "child_protection_plan.started_date",
                "child_protection_plan.ended_date",
                "child_protection_plan.is_temporary",
                "looked_after_period.started_date",
                "looked_after_period.ended_date",
                "looked_after_period.is_short_break",
            ),
        ),
        text(
            "plan_type",
            "always child_in_need: plans of other types are left out",
            code_list="plan_type",
            hangs_on=("child_in_need",),
            stored=False,
            recalled_as="'child_in_need'",
        ),
        code(
            "status_code",
            "the source's status of the plan; z: cancelled",
            "plan_status",
            hangs_on=(CANCELLED_PLAN,),
            stored=False,
            recalled_as=f"case when fact.is_cancelled then '{CANCELLED_PLAN}' end",
        ),
        flag(
            "is_cancelled",
            "its status is the one that the returns leave out",
            made_by=Maker.DERIVE,
            made_of=("status_code",),
        ),
    ),
)
