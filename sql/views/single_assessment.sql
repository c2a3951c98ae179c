-- title: Single assessments
-- grain: an assessment of a child
-- key: single_assessment_unique_id
select
    assessment.la_code || '-' || assessment.assessment_id as single_assessment_unique_id,
    assessment.la_code,
    assessment.assessment_id,
    assessment.child_key,
    assessment.family_key,
    assessment.team_key,
    assessment.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    assessment.referral_id,
    assessment.la_code || '-' || assessment.referral_id as referral_unique_id,
    assessment.started_date,
    assessment.authorised_date,
    assessment.status,
    cast(assessment.is_child_seen as integer) as is_child_seen,
    assessment.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when assessment.not_counted_reason is null then 1 else 0 end as is_counted,
    assessment.not_counted_reason
from (
    select
        assessment.*,
        case
            when child.is_merged then 'merged child'
            when assessment.status in ('draft', 'cancelled') then assessment.status
        end as not_counted_reason
    from warehouse.fact_single_assessment as assessment
    left join warehouse.dim_child as child
        on child.child_key = assessment.child_key
        and child.known_to = date '9999-12-31'
) as assessment
left join report.allocation as allocation
    on allocation.allocated_child_key = assessment.child_key
where assessment.known_to = date '9999-12-31'
