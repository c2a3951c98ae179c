-- title: Legal statuses
-- grain: a legal status of a child
-- key: legal_status_unique_id
select
    legal_status.la_code || '-' || legal_status.legal_status_id as legal_status_unique_id,
    legal_status.la_code,
    legal_status.legal_status_id,
    legal_status.child_key,
    legal_status.family_key,
    legal_status.team_key,
    legal_status.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    legal_status.legal_status_code,
    coalesce(label.label, legal_status.legal_status_code) as legal_status,
    legal_status.started_date,
    ended_day.date as ended_date,
    legal_status.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when legal_status.not_counted_reason is null then 1 else 0 end as is_counted,
    legal_status.not_counted_reason
from (
    select
        legal_status.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_legal_status as legal_status
    left join warehouse.dim_child as child
        on child.child_key = legal_status.child_key
        and child.known_to = date '9999-12-31'
) as legal_status
left join report.code_label as label
    on label.la_code = legal_status.la_code
    and label.code_list = 'legal_status'
    and label.code = legal_status.legal_status_code
left join warehouse.dim_date as ended_day
    on ended_day.date = legal_status.ended_date
left join report.allocation as allocation
    on allocation.allocated_child_key = legal_status.child_key
where legal_status.known_to = date '9999-12-31'
