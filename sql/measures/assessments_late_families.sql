-- title: Families with a single assessment completed late
-- definition: Families with at least one single assessment authorised in the month after its due date. A family counts once, however many of its children were assessed late.
-- unit: count
-- better: lower
-- citation: Working Together to Safeguard Children
with months as (
    select distinct month_start, month_end
    from warehouse.dim_date
    where month_start between :first_month and :last_month
),

children as (
    select child_key
    from warehouse.dim_child
    where known_from <= :known_on and :known_on < known_to
    and not is_merged
),

assessments as (
    select
        la_code,
        assessment_id,
        child_key,
        family_key,
        -- where no family is known, key 0, each child is a family of its own
        case when family_key = 0 then child_key end as lone_child_key,
        team_key,
        authorised_date
    from warehouse.fact_single_assessment
    where known_from <= :known_on and :known_on < known_to
    and status = 'completed'
),

obligations as (
    select la_code, subject_id, due_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'single_assessment'
),

late_families as (
    -- one row per family, with the child and team of its first late assessment
    select distinct on (
        assessments.la_code, months.month_start, assessments.family_key, assessments.lone_child_key
    )
        assessments.la_code,
        months.month_start,
        assessments.family_key,
        assessments.lone_child_key,
        assessments.child_key,
        assessments.team_key
    from months
    join assessments
        on assessments.authorised_date between months.month_start and months.month_end
    join children
        on children.child_key = assessments.child_key
    join obligations
        on obligations.la_code = assessments.la_code
        and obligations.subject_id = assessments.assessment_id
        and obligations.due_date < assessments.authorised_date
    order by
        assessments.la_code,
        months.month_start,
        assessments.family_key,
        assessments.lone_child_key,
        assessments.authorised_date,
        assessments.assessment_id
)

select
    la_code,
    month_start as month,
    child_key,
    team_key,
    coalesce(
        'child ' || cast(lone_child_key as text),
        'family ' || cast(family_key as text)
    ) as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from late_families
