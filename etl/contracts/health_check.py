"""A health check of a child: a health assessment, or the dentist's, the optician's or another."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    Maker,
    Table,
    code,
    day,
    flag,
    identifier,
    text,
)

HEALTH_ASSESSMENT = "health_assessment"
COMPLETED = "completed"
# What a council's type is that no list has.
OTHER_CHECK = "other"

HEALTH_CHECK = Table(
    name="health_check",
    warehouse="fact_health_check",
    grain="a health check of a child",
    noun="health check",
    plural="health checks",
    key=("health_check_id",),
    owned_through=("looked_after_id",),
    dated_by="checked_date",
    columns=(
        identifier("health_check_id", "the source's id"),
        *OF_A_CHILD,
        identifier(
            "looked_after_id",
            "the period of care it falls in",
            made_by=Maker.DERIVE,
            names="looked_after_period",
            of_others=True,
            made_of=(
                "checked_date",
                "looked_after_period.started_date",
                "looked_after_period.ended_date",
            ),
        ),
        day(
            "checked_date",
            "when it was made or, until it is completed, is to be made",
            word="date of the check",
            required=True,
            unless="is_not_completed",
        ),
        flag(
            "is_not_completed",
            "its status is another than completed: it is only to be made, or was not",
            stored=False,
            made_by=Maker.CONFORM,
            recalled_as=f"fact.status is distinct from '{COMPLETED}'",
        ),
        text(
            "kind",
            "health_assessment, dental, optician or other",
            code_list="health_check_kind",
            hangs_on=(HEALTH_ASSESSMENT, "dental", "optician", OTHER_CHECK),
        ),
        code(
            "status",
            "completed, else the source's own words",
            "health_check_status",
            hangs_on=(COMPLETED,),
        ),
        flag(
            "is_health_assessment",
            "a health assessment that is completed: these meet what is owed",
            made_by=Maker.DERIVE,
            made_of=("kind", "status"),
        ),
        flag(
            "is_under_five",
            "made before the child's fifth birthday; empty where no birth date is known",
            made_by=Maker.CONFORM,
            made_of=("child.birth_month",),
        ),
    ),
)
