-- title: Which children on a plan have not been seen for more than four weeks
-- grain: a child protection plan in force at the last extract, without a visit in the last 28 days
-- Only visits at which the child was seen count. Plans that began in these 28 days are left out.
with visits as (
    select
        visit.child_protection_plan_unique_id,
        max(visit.visited_date) as last_visit_date
    from report.visit as visit
    join report.last_extract as last_extract
        on last_extract.la_code = visit.la_code
        and last_extract.extract_date >= visit.visited_date
    where visit.is_counted <> 0
    group by visit.child_protection_plan_unique_id
)

select
    plan.la_code,
    plan.plan_id,
    plan.child_key,
    team.name as team,
    plan.allocated_worker_key as worker_key,
    plan.started_date,
    visits.last_visit_date,
    last_extract.extract_date - coalesce(visits.last_visit_date, plan.started_date) as days_since
from report.child_protection_plan as plan
join report.last_extract as last_extract
    on last_extract.la_code = plan.la_code
    and last_extract.extract_date >= plan.started_date
join report.team as team
    on team.team_key = plan.allocated_team_key
join report.child as child
    on child.child_key = plan.child_key
    and child.died_date is null
left join visits
    on visits.child_protection_plan_unique_id = plan.child_protection_plan_unique_id
where plan.is_counted <> 0
and (plan.ended_date is null or plan.ended_date > last_extract.extract_date)
and last_extract.extract_date - coalesce(visits.last_visit_date, plan.started_date) > 28
order by days_since desc, plan.plan_id
