"""A child known to the authority."""

from __future__ import annotations

from etl.contracts.contract import (
    Table,
    code,
    day,
    flag,
    text,
)

CHILD_TABLE = Table(
    name="child",
    warehouse="dim_child",
    grain="a child",
    key=("child_token",),
    is_fact=False,
    columns=(
        text("child_token", "HMAC-SHA-256 of the authority and the source's id"),
        code("sex", "M, F or U (not known)", "sex"),
        code("ethnicity_code", "national ethnicity code, else the source's own", "ethnicity"),
        text("ethnicity", "its label", derived=True),
        day("birth_month", "first day of the month of birth; the day is not kept"),
        flag("is_unborn", "not born yet at the extract date, by an expected date of birth"),
        flag("is_disabled", "has a disability on record; empty where the extract does not say"),
        flag("is_merged", "a duplicate that was merged into another record: outside measures"),
        flag("is_client", "marked as a client of the service", stored=False),
        day("merged_date", "when the record was marked as merged", stored=False),
        flag("is_born_after_extract", "a certain birth date after the extract date", stored=False),
    ),
)
