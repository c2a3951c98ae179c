"""A child protection plan."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    Table,
    code,
    day,
    flag,
    identifier,
    whole,
)

CHILD_PROTECTION_PLAN = Table(
    name="child_protection_plan",
    warehouse="fact_child_protection_plan",
    grain="a plan of a child",
    key=("plan_id",),
    dated_by="started_date",
    columns=(
        identifier("plan_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("conference_id", "the initial conference that made it"),
        identifier("referral_id", "its referral"),
        day("started_date", "when the plan began"),
        day("ended_date", "when it ended"),
        code("initial_category", "category of abuse at the start", "abuse_category"),
        code("latest_category", "category of abuse now", "abuse_category"),
        flag("is_temporary", "another authority's plan for a child who stays here for a time"),
        whole("plan_number", "1 for the child's first plan here; empty if temporary", derived=True),
        day("previous_plan_ended_date", "when the plan before it ended", derived=True),
    ),
)
