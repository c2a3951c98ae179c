-- title: Child protection reviews
-- grain: a child at a review, due or held
-- key: review_unique_id
select
    review.la_code || '-' || review.review_id as review_unique_id,
    review.la_code,
    review.review_id,
    review.child_key,
    review.family_key,
    review.team_key,
    review.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    review.plan_id,
    review.la_code || '-' || review.plan_id as plan_unique_id,
    review.meeting_id,
    review.source_due_date,
    review.held_date,
    review.is_cancelled,
    review.is_inquorate,
    review.is_finalised,
    review.known_from as known_since
from warehouse.fact_child_protection_review as review
left join report.allocation as allocation
    on allocation.child_key = review.child_key
where review.known_to = date '9999-12-31'
