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
    involvement.is_allocated,
    involvement.started_date,
    involvement.ended_date,
    involvement.change_reason_code,
    coalesce(label.label, involvement.change_reason_code) as change_reason,
    involvement.known_from as known_since
from warehouse.fact_involvement as involvement
left join report.code_label as label
    on label.la_code = involvement.la_code
    and label.code_list = 'worker_change_reason'
    and label.code = involvement.change_reason_code
left join report.allocation as allocation
    on allocation.child_key = involvement.child_key
where involvement.known_to = date '9999-12-31'
