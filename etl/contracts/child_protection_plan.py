"""A child protection plan."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    Maker,
    Table,
    code,
    day,
    flag,
    identifier,
    latest_of,
    whole,
)

CHILD_PROTECTION_PLAN = Table(
    name="child_protection_plan",
    warehouse="fact_child_protection_plan",
    grain="a plan of a child",
    noun="plan",
    plural="plans",
    key=("plan_id",),
    owned_through=("referral_id",),
    dated_by="started_date",
    columns=(
        identifier("plan_id", "the source's id"),
        *OF_A_CHILD,
        identifier(
            "conference_id", "the initial conference that made it", names="initial_conference"
        ),
        identifier("referral_id", "its referral", names="referral"),
        day("started_date", "when the plan began", word="start date", required=True),
        day("ended_date", "when it ended", word="end date", not_before="started_date"),
        code("initial_category", "category of abuse at the start", "abuse_category"),
        code("latest_category", "category of abuse now", "abuse_category"),
        flag(
            "is_temporary",
            "another authority's plan for a child who stays here for a time",
            empty_is_no=True,
        ),
        whole(
            "previous_plans",
            "how many earlier plans of the child the source says that there were",
            stored=False,
            recalled_as="fact.plan_number - 1",
        ),
        latest_of("review", "child_protection_review", "plan_id"),
        latest_of("visit", "child_protection_visit", "plan_id"),
        whole(
            "plan_number",
            "1 for the child's first plan here; empty if temporary",
            made_by=Maker.DERIVE,
            of_others=True,
            made_of=("started_date", "is_temporary", "previous_plans"),
        ),
        day(
            "previous_plan_ended_date",
            "when the plan before it ended",
            made_by=Maker.DERIVE,
            of_others=True,
            made_of=("started_date", "ended_date", "is_temporary"),
        ),
    ),
)
