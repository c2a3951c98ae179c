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
where review.known_to = date '9999-12-31'
