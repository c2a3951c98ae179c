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
            "since when no visit is owed under it: its end, or before that the day the child "
            "came on a child protection plan or into care",
            made_by=Maker.DERIVE,
        ),
        text(
            "plan_type",
            "always child_in_need: plans of other types are left out",
            stored=False,
            recalled_as="'child_in_need'",
        ),
        code(
            "status_code",
            "the source's status of the plan",
            stored=False,
            recalled_as="case when fact.is_cancelled then 'z' end",
        ),
        flag(
            "is_cancelled", "its status is the one that the returns leave out", made_by=Maker.DERIVE
        ),
    ),
)
