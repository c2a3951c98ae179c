"""A statutory visit to a child."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    OF_A_CHILD,
    Maker,
    Table,
    day,
    flag,
    identifier,
    text,
)

VISIT = Table(
    name="visit",
    warehouse="fact_visit",
    grain="a statutory visit to a child",
    noun="visit",
    plural="visits",
    key=("visit_id",),
    owned_through=(
        "plan_id",
        "child_in_need_plan_id",
        "placement_id",
    ),
    dated_by="visited_date",
    columns=(
        identifier("visit_id", "the source's id"),
        *OF_A_CHILD,
        text(
            "visit_type",
            "child_protection, looked_after or child_in_need",
            code_list="visit_type",
            hangs_on=("child_protection", "looked_after", "child_in_need"),
        ),
        day("visited_date", "when the visit was made", word="date of the visit", required=True),
        day("recorded_date", "when it was recorded"),
        flag("is_child_seen", "the child was seen"),
        flag("is_seen_alone", "the child was seen alone"),
        flag(
            "is_before_birth",
            "made before the child's birth date, real or expected",
            made_by=Maker.CONFORM,
            made_of=("child.birth_month",),
        ),
        BEFORE_CERTAIN_BIRTH,
        identifier(
            "named_plan_id",
            "the plan that the record itself names",
            stored=False,
            names="child_protection_plan",
            recalled_as="fact.plan_id",
        ),
        identifier(
            "plan_id",
            "the plan it counts for",
            made_by=Maker.DERIVE,
            names="child_protection_plan",
            of_others=True,
            made_of=(
                "visit_type",
                "visited_date",
                "named_plan_id",
                "child_protection_plan.started_date",
                "child_protection_plan.ended_date",
                "child_protection_plan.is_temporary",
            ),
        ),
        identifier(
            "child_in_need_plan_id",
            "the child in need plan it was made under",
            made_by=Maker.DERIVE,
            names="child_in_need_plan",
            of_others=True,
            made_of=(
                "visit_type",
                "visited_date",
                "child_in_need_plan.started_date",
                "child_in_need_plan.ended_date",
                "child_in_need_plan.is_cancelled",
            ),
        ),
        identifier(
            "placement_id",
            "the placement it was made in",
            made_by=Maker.DERIVE,
            names="placement",
            of_others=True,
            made_of=(
                "visit_type",
                "visited_date",
                "placement.started_date",
                "placement.ended_date",
            ),
        ),
        flag(
            "is_seen_or_unborn",
            "the child was seen, or was not born yet",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=("is_child_seen", "is_before_birth"),
        ),
    ),
)
