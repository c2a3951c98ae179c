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
    visit.la_code || '-' || visit.plan_id as plan_unique_id,
    visit.child_in_need_plan_id,
    visit.la_code || '-' || visit.child_in_need_plan_id as child_in_need_plan_unique_id,
    visit.placement_id,
    visit.la_code || '-' || visit.placement_id as placement_unique_id,
    visit.visit_type,
    visit.visited_date,
    visit.recorded_date,
    visit.is_child_seen,
    visit.is_seen_alone,
    visit.known_from as known_since
from warehouse.fact_visit as visit
left join report.allocation as allocation
    on allocation.child_key = visit.child_key
where visit.known_to = date '9999-12-31'
