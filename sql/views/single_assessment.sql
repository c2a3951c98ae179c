-- title: Single assessments
-- grain: an assessment of a child
-- key: assessment_unique_id
select
    assessment.la_code || '-' || assessment.assessment_id as assessment_unique_id,
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
    assessment.is_child_seen,
    assessment.known_from as known_since
from warehouse.fact_single_assessment as assessment
left join report.allocation as allocation
    on allocation.child_key = assessment.child_key
where assessment.known_to = date '9999-12-31'
