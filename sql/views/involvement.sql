-- title: Workers' involvements with children
-- grain: a worker's involvement with a child
-- key: involvement_unique_id
select
    involvement.la_code || '-' || involvement.involvement_id as involvement_unique_id,
    involvement.la_code,
    involvement.involvement_id,
    involvement.child_key,
    involvement.family_key,
    involvement.team_key,
    involvement.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    involvement.referral_id,
    involvement.role_code,
    cast(involvement.is_allocated as integer) as is_allocated,
    involvement.started_date,
    ended_day.date as ended_date,
    involvement.change_reason_code,
    coalesce(label.label, involvement.change_reason_code) as change_reason,
    involvement.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when involvement.not_counted_reason is null then 1 else 0 end as is_counted,
    involvement.not_counted_reason
from (
    select
        involvement.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_involvement as involvement
    left join warehouse.dim_child as child
        on child.child_key = involvement.child_key
        and child.known_to = date '9999-12-31'
) as involvement
left join report.code_label as label
    on label.la_code = involvement.la_code
    and label.code_list = 'worker_change_reason'
    and label.code = involvement.change_reason_code
left join warehouse.dim_date as ended_day
    on ended_day.date = involvement.ended_date
left join report.allocation as allocation
    on allocation.allocated_child_key = involvement.child_key
where involvement.known_to = date '9999-12-31'
