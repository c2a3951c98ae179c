-- title: How many children each worker and team has now, and what is overdue with them
-- grain: a team and a worker who has children; 0 stands for a worker who is not recorded
-- As at the last extract; caseload.sql asks it of any day.
with on_plan as (
    select distinct plan.child_key
    from report.child_protection_plan as plan
    join report.last_extract as last_extract
        on last_extract.la_code = plan.la_code
        and last_extract.extract_date >= plan.started_date
    where plan.is_counted <> 0
    and (plan.ended_date is null or plan.ended_date > last_extract.extract_date)
),

looked_after as (
    select distinct period.child_key
    from report.looked_after_period as period
    join report.last_extract as last_extract
        on last_extract.la_code = period.la_code
        and last_extract.extract_date >= period.started_date
    where period.is_counted <> 0
    and (period.ended_date is null or period.ended_date > last_extract.extract_date)
),

overdue as (
    select child_key, count(*) as things
    from report.timescale_obligation
    where is_overdue = 1
    group by child_key
)

select
    allocation.la_code,
    team.name as team,
    allocation.allocated_worker_key as worker_key,
    count(*) as children,
    count(on_plan.child_key) as of_these_on_a_plan,
    count(looked_after.child_key) as of_these_looked_after,
    count(overdue.child_key) as of_these_with_something_overdue,
    cast(coalesce(sum(overdue.things), 0) as bigint) as things_overdue
from report.allocation as allocation
join report.team as team
    on team.team_key = allocation.allocated_team_key
left join on_plan
    on on_plan.child_key = allocation.allocated_child_key
left join looked_after
    on looked_after.child_key = allocation.allocated_child_key
left join overdue
    on overdue.child_key = allocation.allocated_child_key
group by allocation.la_code, team.name, allocation.allocated_worker_key
order by allocation.la_code, team.name, allocation.allocated_worker_key
