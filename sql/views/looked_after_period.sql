-- title: Periods of care
-- grain: a period of care
-- key: looked_after_period_unique_id
select
    period.la_code || '-' || period.looked_after_id as looked_after_period_unique_id,
    period.la_code,
    period.looked_after_id,
    period.child_key,
    period.family_key,
    period.team_key,
    period.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    period.started_date,
    cast(period.is_start_known as integer) as is_start_known,
    period.ended_date,
    period.end_reason_code,
    coalesce(end_reason.label, period.end_reason_code) as end_reason,
    cast(period.is_short_break as integer) as is_short_break,
    period.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when period.not_counted_reason is null then 1 else 0 end as is_counted,
    period.not_counted_reason
from (
    select
        period.*,
        case
            when child.is_merged then 'merged child'
            when period.is_short_break then 'short break'
        end as not_counted_reason
    from warehouse.fact_looked_after_period as period
    left join warehouse.dim_child as child
        on child.child_key = period.child_key
        and child.known_to = date '9999-12-31'
) as period
left join report.code_label as end_reason
    on end_reason.la_code = period.la_code
    and end_reason.code_list = 'care_end_reason'
    and end_reason.code = period.end_reason_code
left join report.allocation as allocation
    on allocation.allocated_child_key = period.child_key
where period.known_to = date '9999-12-31'
