"""A family: the children whom one contact's family of residence joins."""

from __future__ import annotations

from etl.contracts.contract import (
    Table,
    identifier,
    text,
)

FAMILY_TABLE = Table(
    name="family",
    warehouse="dim_family",
    grain="a family; a child without one is a family of its own",
    key=("family_token",),
    is_fact=False,
    has_key=True,
    identity=(identifier("family_id", "the source's id of the family"),),
    is_conformed=False,
    columns=(
        text(
            "family_token",
            "HMAC-SHA-256 of the authority and the source's family id",
            names="family",
        ),
    ),
)
