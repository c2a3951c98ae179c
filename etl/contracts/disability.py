"""A disability of a child."""

from __future__ import annotations

from etl.contracts.contract import OF_A_CHILD, Table, code, day, identifier

DISABILITY = Table(
    name="disability",
    warehouse="fact_disability",
    grain="a disability of a child",
    noun="disability",
    plural="disabilities",
    key=("disability_id",),
    dated_by="started_date",
    columns=(
        identifier("disability_id", "the source's id"),
        *OF_A_CHILD,
        code("disability_code", "national code, else the source's own", "disability"),
        day("started_date", "since when it is on record", word="start date"),
        day(
            "ended_date",
            "until when",
            word="end date",
            not_before="started_date",
            may_lie_ahead=True,
        ),
    ),
)
