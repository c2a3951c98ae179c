"""A worker of the authority, pseudonymised like a child."""

from __future__ import annotations

from etl.contracts.contract import (
    Table,
    identifier,
    text,
)

WORKER_TABLE = Table(
    name="worker",
    warehouse="dim_worker",
    grain="a worker",
    key=("worker_token",),
    is_fact=False,
    columns=(
        text("worker_token", "HMAC-SHA-256 of the authority and the source's id"),
        text("job_title", "the job title"),
        text("team_name", "the team's name as the worker's record has it", stored=False),
        identifier("team_id", "the team of that name", stored=False, derived=True),
    ),
)
