-- title: Statutory visits
-- grain: a statutory visit to a child
-- key: visit_unique_id
select
    visit.la_code || '-' || visit.visit_id as visit_unique_id,
    visit.la_code,
    visit.visit_id,
    visit.child_key,
    visit.family_key,
    visit.team_key,
    visit.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    visit.plan_id,
    visit.la_code || '-' || visit.plan_id as child_protection_plan_unique_id,
    visit.child_in_need_plan_id,
    visit.la_code || '-' || visit.child_in_need_plan_id as child_in_need_plan_unique_id,
    visit.placement_id,
    visit.la_code || '-' || visit.placement_id as placement_unique_id,
    visit.visit_type,
    visit.visited_date,
    visit.recorded_date,
    cast(visit.is_child_seen as integer) as is_child_seen,
    cast(visit.is_seen_alone as integer) as is_seen_alone,
    visit.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when visit.not_counted_reason is null then 1 else 0 end as is_counted,
    visit.not_counted_reason,
    cast(visit.is_before_birth as integer) as is_before_birth
from (
    select
        visit.*,
        case
            when child.is_merged then 'merged child'
            when visit.visit_type = 'child_protection' and visit.plan_id is null
                then 'no plan in force'
            when visit.visit_type = 'child_in_need' and visit.child_in_need_plan_id is null
                then 'no plan in force'
            when visit.visit_type = 'looked_after' and visit.placement_id is null
                then 'no placement in force'
            when visit.visit_type = 'child_protection'
                and not coalesce(visit.is_child_seen, false)
                and not coalesce(visit.is_before_birth, false)
                then 'child not seen'
        end as not_counted_reason
    from warehouse.fact_visit as visit
    left join warehouse.dim_child as child
        on child.child_key = visit.child_key
        and child.known_to = date '9999-12-31'
) as visit
left join report.allocation as allocation
    on allocation.allocated_child_key = visit.child_key
where visit.known_to = date '9999-12-31'
