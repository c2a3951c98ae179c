"""A placement of a looked after child."""

from __future__ import annotations

from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    CHILD,
    FAMILY,
    Table,
    code,
    day,
    flag,
    identifier,
)

PLACEMENT = Table(
    name="placement",
    warehouse="fact_placement",
    grain="a placement of a child",
    key=("placement_id",),
    dated_by="started_date",
    columns=(
        identifier("placement_id", "the source's id"),
        CHILD,
        FAMILY,
        identifier("looked_after_id", "its period of care"),
        day("started_date", "when the placement began"),
        day("ended_date", "when it ended"),
        code("placement_type_code", "the kind of placement", "placement_type"),
        flag("is_long_term", "meant to last until the child is 18 (U1, U4)", derived=True),
        BEFORE_CERTAIN_BIRTH,
    ),
)
