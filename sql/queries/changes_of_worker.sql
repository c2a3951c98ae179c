-- title: How often the allocated worker of a child changed between two days, as known on any day
-- grain: a child who was allocated to a worker in that time
-- Put three days, written as date '2014-10-31', in the place of
--   :since      the first day of the time that is asked
--   :until      its last day
--   :known_on   the day whose knowledge is asked: what the last extract up to it held
with allocations as (
    select
        la_code,
        child_key,
        worker_key,
        started_date,
        lag(worker_key) over (
            partition by child_key
            order by started_date, length(involvement_id), involvement_id
        ) as worker_before
    from warehouse.fact_involvement
    where is_allocated
    and started_date <= :until
    and (ended_date is null or ended_date >= :since)
    and known_from <= :known_on and :known_on < known_to
)

select
    la_code,
    child_key,
    count(distinct case when worker_key <> 0 then worker_key end) as workers,
    -- a worker who takes over in that time from another who had the child
    sum(
        case
            when started_date >= :since and worker_before <> worker_key and worker_key <> 0
                then 1
            else 0
        end
    ) as changes
from allocations
group by la_code, child_key
order by la_code, child_key
