"""A worker of the authority, pseudonymised like a child."""

from __future__ import annotations

from etl.contracts.contract import (
    Maker,
    Table,
    identifier,
    text,
)

WORKER_TABLE = Table(
    name="worker",
    warehouse="dim_worker",
    grain="a worker",
    noun="worker",
    plural="workers",
    key=("worker_token",),
    is_fact=False,
    has_key=True,
    also_keyed_by=("team",),
    identity=(
        identifier("worker_id", "the source's id of the worker"),
        identifier("staff_id", "the staff number"),
        text("forename", "the first name"),
        text("surname", "the last name"),
    ),
    columns=(
        text("worker_token", "HMAC-SHA-256 of the authority and the source's id", names="worker"),
        text("job_title", "the job title"),
        text("team_name", "the team's name as the worker's record has it", stored=False),
        identifier(
            "team_id",
            "the team of that name",
            stored=False,
            made_by=Maker.DERIVE,
            names="team",
            made_of=("team_name",),
        ),
    ),
)
