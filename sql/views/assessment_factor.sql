-- title: Factors found at single assessments
-- grain: a factor found at a single assessment of a child
-- key: assessment_factor_unique_id
select
    assessment_factor.la_code || '-' || assessment_factor.assessment_factor_id as assessment_factor_unique_id,
    assessment_factor.la_code,
    assessment_factor.assessment_factor_id,
    assessment_factor.child_key,
    assessment_factor.family_key,
    assessment_factor.team_key,
    assessment_factor.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    assessment_factor.assessment_id,
    assessment_factor.la_code || '-' || assessment_factor.assessment_id as single_assessment_unique_id,
    assessment_factor.factor_code,
    coalesce(label_of_factor.label, assessment_factor.factor_code) as factor,
    assessment_factor.assessed_date,
    assessment_factor.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when assessment_factor.not_counted_reason is null then 1 else 0 end as is_counted,
    assessment_factor.not_counted_reason
from (
    select
        assessment_factor.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_assessment_factor as assessment_factor
    left join warehouse.dim_child as child
        on child.child_key = assessment_factor.child_key
        and child.known_to = date '9999-12-31'
) as assessment_factor
left join report.code_label as label_of_factor
    on label_of_factor.la_code = assessment_factor.la_code
    and label_of_factor.code_list = 'assessment_factor'
    and label_of_factor.code = assessment_factor.factor_code
left join report.allocation as allocation
    on allocation.allocated_child_key = assessment_factor.child_key
where assessment_factor.known_to = date '9999-12-31'
