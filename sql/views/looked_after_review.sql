-- title: Looked after reviews
-- grain: a review of a looked after child
-- key: looked_after_review_unique_id
select
    review.la_code || '-' || review.review_id as looked_after_review_unique_id,
    review.la_code,
    review.review_id,
    review.child_key,
    review.family_key,
    review.team_key,
    review.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    review.looked_after_id,
    review.la_code || '-' || review.looked_after_id as looked_after_period_unique_id,
    review.meeting_id,
    due_day.date as source_due_date,
    review.held_date,
    cast(review.is_cancelled as integer) as is_cancelled,
    review.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when review.not_counted_reason is null then 1 else 0 end as is_counted,
    review.not_counted_reason
from (
    select
        review.*,
        case
            when child.is_merged then 'merged child'
            when period.is_short_break then 'short break'
            when review.is_cancelled then 'cancelled'
            when review.held_date is null then 'not held'
        end as not_counted_reason
    from warehouse.fact_looked_after_review as review
    left join warehouse.dim_child as child
        on child.child_key = review.child_key
        and child.known_to = date '9999-12-31'
    left join warehouse.fact_looked_after_period as period
        on period.la_code = review.la_code
        and period.looked_after_id = review.looked_after_id
        and period.known_to = date '9999-12-31'
) as review
left join warehouse.dim_date as due_day
    on due_day.date = review.source_due_date
left join report.allocation as allocation
    on allocation.allocated_child_key = review.child_key
where review.known_to = date '9999-12-31'
