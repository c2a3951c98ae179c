"""A team of the authority."""

from __future__ import annotations

from etl.contracts.contract import (
    Table,
    identifier,
    text,
)

TEAM_TABLE = Table(
    name="team",
    warehouse="dim_team",
    grain="a team",
    noun="team",
    plural="teams",
    key=("team_id",),
    is_fact=False,
    has_key=True,
    columns=(
        identifier("team_id", "the source's id"),
        text("name", "the team's name", unknown="not known"),
    ),
)
