-- title: Looked after children visited in time
-- definition: Of the children looked after at the end of the month, the share whose next visit to their placement is not past its due date. A child without a placement on that day cannot be shown to be visited and counts as not in time.
-- unit: percent
-- better: higher
-- history: stock of looked_after_period.started_date to ended_date, unless is_short_break
-- counts: together
-- citation: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28
with periods as (
    select
        period.looked_after_id,
        period.child_key,
        period.team_key,
        period.started_date,
        months.month_start,
        months.month_end
    from months
    join known_looked_after_period as period
        on period.started_date <= months.month_end
        and (period.ended_date is null or period.ended_date > months.month_end)
    join children
        on children.child_key = period.child_key
        and (children.died_date is null or children.died_date > months.month_end)
    where not period.is_short_break
),

visits_owed as (
    -- a child in two placements at once owes a visit to each: the earliest due date decides
    select periods.month_start, periods.child_key, min(obligation.due_date) as due_date
    from periods
    join known_placement as placement
        on placement.looked_after_id = periods.looked_after_id
        and placement.started_date <= periods.month_end
        and (placement.ended_date is null or placement.ended_date > periods.month_end)
    join known_timescale_obligation as obligation
        on obligation.subject_id = placement.placement_id
        and obligation.timescale = 'looked_after_visit'
        and obligation.started_date <= periods.month_end
        and (obligation.done_date is null or obligation.done_date > periods.month_end)
        and (obligation.closed_date is null or obligation.closed_date > periods.month_end)
    group by periods.month_start, periods.child_key
)

-- a child with two periods at once counts once, under the later one
select distinct on (periods.month_start, periods.child_key)
    periods.month_start as month,
    periods.child_key,
    periods.team_key,
    periods.looked_after_id as subject_id,
    case when visits_owed.due_date >= periods.month_end then 1 else 0 end as in_numerator,
    1 as in_denominator
from periods
left join visits_owed
    on visits_owed.month_start = periods.month_start
    and visits_owed.child_key = periods.child_key
order by
    periods.month_start,
    periods.child_key,
    periods.started_date desc,
    periods.looked_after_id desc
