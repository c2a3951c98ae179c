-- title: Single assessments completed
-- definition: Single assessments that a manager authorised in the month. Drafts and cancelled assessments do not count.
-- unit: count
-- better: neither
-- citation: DfE children in need census, table C2
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
    select la_code, assessment_id, child_key, team_key, authorised_date
    from warehouse.fact_single_assessment
    where known_from <= :known_on and :known_on < known_to
    and status = 'completed'
)

select
    assessments.la_code,
    months.month_start as month,
    assessments.child_key,
    assessments.team_key,
    assessments.assessment_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join assessments
    on assessments.authorised_date between months.month_start and months.month_end
join children
    on children.child_key = assessments.child_key
