-- title: Looked after children with 3 or more placements in 12 months
-- definition: Of the children looked after at the end of the month, the share that had three placements or more in the twelve months ending with the month. A placement counts where it was in force on a day of them, the one at their beginning too; on the day it ends it is over. Those of an earlier period of care count, short breaks and temporary moves (T0 to T4) do not. Each record of a placement is one, also where a child stays with the same carer.
-- unit: percent
-- better: lower
-- history: starts of placement.started_date to ended_date, over 12 months
-- counts: each child alone
-- looks_back: 11 months
-- citation: DfE children looked after statistics (SSDA903), placement stability
with placed as (
    select months.month_start, placement.child_key, count(*) as placements
    from months
    join placements_in_care as placement
        on placement.started_date <= months.month_end
        and (
            placement.ended_date is null
            or placement.ended_date > cast(months.month_start - interval '11 months' as date)
            -- of one that began in them its end says nothing: it may be the day of its start
            or placement.started_date >= cast(months.month_start - interval '11 months' as date)
        )
    group by months.month_start, placement.child_key
)

-- a child with two periods at once counts once, under the later one
select distinct on (months.month_start, period.child_key)
    months.month_start as month,
    period.child_key,
    period.team_key,
    period.looked_after_id as subject_id,
    case when placed.placements >= 3 then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_looked_after_period as period
    on period.started_date <= months.month_end
    and (period.ended_date is null or period.ended_date > months.month_end)
join children
    on children.child_key = period.child_key
    and (children.died_date is null or children.died_date > months.month_end)
left join placed
    on placed.month_start = months.month_start
    and placed.child_key = period.child_key
where not period.is_short_break
order by
    months.month_start,
    period.child_key,
    period.started_date desc,
    period.looked_after_id desc
