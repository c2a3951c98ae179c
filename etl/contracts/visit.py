"""A statutory visit to a child."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    CHILD,
    FAMILY,
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
    key=("visit_id",),
    dated_by="visited_date",
    columns=(
        identifier("visit_id", "the source's id"),
        CHILD,
        FAMILY,
        text("visit_type", "child_protection, looked_after or child_in_need"),
        day("visited_date", "when the visit was made"),
        day("recorded_date", "when it was recorded"),
        flag("is_child_seen", "the child was seen"),
        flag("is_seen_alone", "the child was seen alone"),
        flag("is_before_birth", "made before the child's birth date, real or expected"),
        BEFORE_CERTAIN_BIRTH,
        identifier("named_plan_id", "the plan that the record itself names", stored=False),
        identifier("plan_id", "the plan it counts for", derived=True),
        identifier(
            "child_in_need_plan_id", "the child in need plan it was made under", derived=True
        ),
        identifier("placement_id", "the placement it was made in", derived=True),
    ),
)
