"""A factor that a single assessment found."""

from __future__ import annotations

from etl.contracts.contract import OF_A_CHILD, Table, code, day, identifier

ASSESSMENT_FACTOR = Table(
    name="assessment_factor",
    warehouse="fact_assessment_factor",
    grain="a factor found at a single assessment of a child",
    noun="assessment factor",
    plural="assessment factors",
    key=("assessment_factor_id",),
    key_of=("assessment_id", "factor_code"),
    owned_through=("assessment_id",),
    dated_by="assessed_date",
    columns=(
        identifier("assessment_factor_id", "the assessment and the factor"),
        *OF_A_CHILD,
        identifier("assessment_id", "the assessment", names="single_assessment"),
        code("factor_code", "national code of the factor", "assessment_factor"),
        day("assessed_date", "when the assessment began"),
    ),
)
