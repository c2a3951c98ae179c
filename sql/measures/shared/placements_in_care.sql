-- The placements that count. One ends at the latest with its period of care, and one that began
-- after that never was. Short breaks and temporary moves, after which a child returns, are none.
select
    placement.placement_id,
    placement.child_key,
    placement.started_date,
    least(placement.ended_date, period.ended_date) as ended_date
from known_placement as placement
left join known_looked_after_period as period
    on period.looked_after_id = placement.looked_after_id
    and period.child_key = placement.child_key
where not coalesce(period.is_short_break, false)
and coalesce(placement.placement_type_code, '') not in ('T0', 'T1', 'T2', 'T3', 'T4')
and coalesce(placement.started_date <= least(placement.ended_date, period.ended_date), true)
