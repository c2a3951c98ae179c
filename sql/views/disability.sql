-- title: Disabilities
-- grain: a disability of a child
-- key: disability_unique_id
select
    disability.la_code || '-' || disability.disability_id as disability_unique_id,
    disability.la_code,
    disability.disability_id,
    disability.child_key,
    disability.family_key,
    disability.team_key,
    disability.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    disability.disability_code,
    coalesce(label_of_disability.label, disability.disability_code) as disability,
    disability.started_date,
    ended_day.date as ended_date,
    disability.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when disability.not_counted_reason is null then 1 else 0 end as is_counted,
    disability.not_counted_reason
from (
    select
        disability.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_disability as disability
    left join warehouse.dim_child as child
        on child.child_key = disability.child_key
        and child.known_to = date '9999-12-31'
) as disability
left join report.code_label as label_of_disability
    on label_of_disability.la_code = disability.la_code
    and label_of_disability.code_list = 'disability'
    and label_of_disability.code = disability.disability_code
left join warehouse.dim_date as ended_day
    on ended_day.date = disability.ended_date
left join report.allocation as allocation
    on allocation.allocated_child_key = disability.child_key
where disability.known_to = date '9999-12-31'
