-- title: How many children each worker and team had on any day, as known on any day
-- grain: a team and a worker who had children that day; 0 stands for one that is not recorded
-- Put two days, written as date '2014-10-31', in the place of
--   :on         the day whose caseload is asked
--   :known_on   the day whose knowledge is asked: what the last extract up to it held
with allocations as (
    -- of several allocations of a child the one begun last, then the one with the higher id
    select
        la_code,
        child_key,
        team_key,
        worker_key,
        row_number() over (
            partition by child_key
            order by started_date desc, length(involvement_id) desc, involvement_id desc
        ) as place
    from warehouse.fact_involvement
    where is_allocated
    and started_date <= :on
    and (ended_date is null or ended_date >= :on)
    and known_from <= :known_on and :known_on < known_to
)

select
    la_code,
    team_key,
    worker_key,
    count(*) as children
from allocations
where place = 1
group by la_code, team_key, worker_key
order by la_code, team_key, worker_key
