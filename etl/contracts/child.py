"""A child known to the authority."""

from __future__ import annotations

from etl.contracts.contract import (
    Maker,
    Table,
    code,
    day,
    flag,
    identifier,
    text,
)

CHILD_TABLE = Table(
    name="child",
    warehouse="dim_child",
    grain="a child",
    noun="child",
    plural="children",
    key=("child_token",),
    is_fact=False,
    has_key=True,
    identity=(
        identifier("case_number", "the source's id of the person"),
        identifier("legacy_id", "the number that staff know"),
    ),
    columns=(
        text("child_token", "HMAC-SHA-256 of the authority and the source's id", names="child"),
        code("sex", "M, F or U (not known)", "sex"),
        code("ethnicity_code", "national ethnicity code, else the source's own", "ethnicity"),
        text("ethnicity", "its label", made_by=Maker.DERIVE, made_of=("ethnicity_code",)),
        day(
            "birth_month",
            "first day of the month of birth; the day is not kept",
            may_lie_ahead=True,
            made_by=Maker.CONFORM,
        ),
        day("died_date", "when the child died", word="date of death", takes_out=True),
        flag(
            "is_unborn",
            "not born yet at the extract date, by an expected date of birth",
            made_by=Maker.CONFORM,
            made_of=("birth_month",),
            empty_is_no=True,
            unknown=False,
        ),
        flag("is_disabled", "has a disability on record; empty where the extract does not say"),
        flag(
            "is_merged",
            "a duplicate that was merged into another record: outside measures",
            made_by=Maker.CONFORM,
            made_of=("merged_date",),
            empty_is_no=True,
            unknown=False,
        ),
        flag("is_client", "marked as a client of the service", stored=False),
        day(
            "merged_date",
            "when the record was marked as merged",
            stored=False,
            word="date of merging",
            takes_out=True,
        ),
        flag(
            "is_born_after_extract",
            "a certain birth date after the extract date, or one expected more than 300 days later",
            stored=False,
            made_by=Maker.CONFORM,
        ),
        flag(
            "is_dead_before_birth",
            "died before a certain birth date",
            stored=False,
            made_by=Maker.CONFORM,
        ),
        flag("is_adult", "18 on the extract date, or older", stored=False, made_by=Maker.CONFORM),
        flag(
            "is_born_before_1900",
            "a birth date that no child of today has",
            stored=False,
            made_by=Maker.CONFORM,
        ),
    ),
)
