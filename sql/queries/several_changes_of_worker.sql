-- title: Which children have changed worker twice or more in the last twelve months
-- grain: a child who is allocated now and whose worker changed twice or more
-- changes_of_worker.sql counts the changes of every child between any two days.
with allocations as (
    select
        involvement.la_code,
        involvement.child_key,
        involvement.worker_key,
        involvement.started_date,
        cast(last_extract.extract_date - interval '12 months' as date) as since,
        lag(involvement.worker_key) over (
            partition by involvement.child_key
            order by
                involvement.started_date,
                length(involvement.involvement_id),
                involvement.involvement_id
        ) as worker_before
    from report.involvement as involvement
    join report.last_extract as last_extract
        on last_extract.la_code = involvement.la_code
        and last_extract.extract_date >= involvement.started_date
    where involvement.is_allocated = 1
    and (
        involvement.ended_date is null
        or involvement.ended_date >= cast(last_extract.extract_date - interval '12 months' as date)
    )
),

changes as (
    select
        child_key,
        count(distinct worker_key) filter (where worker_key <> 0) as workers,
        count(*) filter (
            where started_date >= since and worker_before <> worker_key and worker_key <> 0
        ) as changes
    from allocations
    group by child_key
)

select
    allocation.la_code,
    changes.child_key,
    team.name as team,
    allocation.allocated_worker_key as worker_key,
    allocation.allocated_since,
    changes.workers,
    changes.changes
from changes
join report.allocation as allocation
    on allocation.allocated_child_key = changes.child_key
join report.team as team
    on team.team_key = allocation.allocated_team_key
where changes.changes >= 2
order by changes.changes desc, changes.child_key
