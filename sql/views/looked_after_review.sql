-- title: Looked after reviews
-- grain: a review of a looked after child
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
    review.looked_after_id,
    review.la_code || '-' || review.looked_after_id as looked_after_unique_id,
    review.meeting_id,
    review.source_due_date,
    review.held_date,
    review.is_cancelled,
    review.known_from as known_since
from warehouse.fact_looked_after_review as review
left join report.allocation as allocation
    on allocation.child_key = review.child_key
where review.known_to = date '9999-12-31'
