-- title: Health checks
-- grain: a health check of a child
-- key: health_check_unique_id
select
    health_check.la_code || '-' || health_check.health_check_id as health_check_unique_id,
    health_check.la_code,
    health_check.health_check_id,
    health_check.child_key,
    health_check.family_key,
    health_check.team_key,
    health_check.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    health_check.looked_after_id,
    health_check.la_code || '-' || health_check.looked_after_id as looked_after_period_unique_id,
    checked_day.date as checked_date,
    health_check.kind,
    health_check.status,
    cast(health_check.is_health_assessment as integer) as is_health_assessment,
    cast(health_check.is_under_five as integer) as is_under_five,
    health_check.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when health_check.not_counted_reason is null then 1 else 0 end as is_counted,
    health_check.not_counted_reason
from (
    select
        health_check.*,
        case
            when child.is_merged then 'merged child'
            when not coalesce(health_check.is_health_assessment, false) then 'no completed health assessment'
        end as not_counted_reason
    from warehouse.fact_health_check as health_check
    left join warehouse.dim_child as child
        on child.child_key = health_check.child_key
        and child.known_to = date '9999-12-31'
) as health_check
left join warehouse.dim_date as checked_day
    on checked_day.date = health_check.checked_date
left join report.allocation as allocation
    on allocation.allocated_child_key = health_check.child_key
where health_check.known_to = date '9999-12-31'
