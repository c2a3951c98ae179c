-- title: Children per worker
-- definition: Children allocated to a worker at the end of the month, for each worker who has at least one. A child counts for the worker of the allocation that began last; without a worker recorded it does not count. By team, a worker stands with all of these children in the team in which the worker has most of them.
-- unit: per_worker
-- better: neither
-- history: stock of involvement.started_date to ended_date
-- counts: together
with involvements as materialized (
    -- read once, and not looked for anew by each month
    select
        involvement.involvement_id,
        involvement.child_key,
        involvement.team_key,
        involvement.worker_key,
        involvement.started_date,
        involvement.ended_date
    from known_involvement as involvement
    where involvement.is_allocated
),

allocations as (
    select
        months.month_start,
        involvement.involvement_id,
        involvement.child_key,
        involvement.team_key,
        involvement.worker_key,
        row_number() over (
            partition by months.month_start, involvement.child_key
            order by
                involvement.started_date desc,
                length(involvement.involvement_id) desc,
                involvement.involvement_id desc
        ) as place
    from months
    join involvements as involvement
        on involvement.started_date <= months.month_end
        and (involvement.ended_date is null or involvement.ended_date >= months.month_end)
    join children
        on children.child_key = involvement.child_key
        and (children.died_date is null or children.died_date > months.month_end)
),

allocated as (
    select month_start, involvement_id, child_key, team_key, worker_key
    from allocations
    where place = 1
    and worker_key <> 0
),

teams as (
    -- a worker with children of several teams would else be several workers
    select
        month_start,
        worker_key,
        team_key,
        row_number() over (
            partition by month_start, worker_key
            order by count(*) desc, team_key
        ) as place
    from allocated
    group by month_start, worker_key, team_key
)

select
    allocated.month_start as month,
    allocated.child_key,
    teams.team_key,
    allocated.involvement_id as subject_id,
    1 as in_numerator,
    0 as in_denominator
from allocated
join teams
    on teams.month_start = allocated.month_start
    and teams.worker_key = allocated.worker_key
    and teams.place = 1

union all

select
    teams.month_start as month,
    0 as child_key,
    teams.team_key,
    'worker ' || cast(teams.worker_key as text) as subject_id,
    0 as in_numerator,
    1 as in_denominator
from teams
where teams.place = 1
