-- title: Who has each child now
-- grain: a child who is allocated to a worker at the last extract; of several allocations the one begun last
-- key: allocated_child_key
-- column involvement_id: the involvement by which the worker has the child
-- column allocated_child_key: the child; not called child_key, by which tools would relate every view to this one
-- column allocated_since: when the allocation began
with allocations as (
    select
        involvement.*,
        row_number() over (
            partition by involvement.child_key
            order by
                involvement.started_date desc,
                length(involvement.involvement_id) desc,
                involvement.involvement_id desc
        ) as place
    from warehouse.fact_involvement as involvement
    join report.last_extract as last_extract
        on last_extract.la_code = involvement.la_code
        and last_extract.extract_date >= involvement.started_date
        and (
            involvement.ended_date is null
            or involvement.ended_date >= last_extract.extract_date
        )
    where involvement.known_to = date '9999-12-31'
    and involvement.is_allocated
)

select
    -- not called child_key: tools would relate every view to this one
    child_key as allocated_child_key,
    la_code,
    involvement_id,
    team_key as allocated_team_key,
    worker_key as allocated_worker_key,
    started_date as allocated_since
from allocations
where place = 1
