-- title: Child in need plans
-- grain: a child in need plan of a child
-- key: child_in_need_plan_unique_id
select
    plan.la_code || '-' || plan.child_in_need_plan_id as child_in_need_plan_unique_id,
    plan.la_code,
    plan.child_in_need_plan_id,
    plan.child_key,
    plan.family_key,
    plan.team_key,
    plan.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    plan.referral_id,
    plan.la_code || '-' || plan.referral_id as referral_unique_id,
    plan.started_date,
    plan.ended_date,
    plan.closed_date,
    cast(plan.is_cancelled as integer) as is_cancelled,
    plan.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when plan.not_counted_reason is null then 1 else 0 end as is_counted,
    plan.not_counted_reason
from (
    select
        plan.*,
        case
            when child.is_merged then 'merged child'
            when plan.is_cancelled then 'cancelled'
        end as not_counted_reason
    from warehouse.fact_child_in_need_plan as plan
    left join warehouse.dim_child as child
        on child.child_key = plan.child_key
        and child.known_to = date '9999-12-31'
) as plan
left join report.allocation as allocation
    on allocation.allocated_child_key = plan.child_key
where plan.known_to = date '9999-12-31'
