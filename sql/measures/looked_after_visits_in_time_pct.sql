-- title: Looked after children visited in time
-- definition: Of the children looked after at the end of the month, the share whose next visit to their placement is not past its due date. A child without a placement on that day cannot be shown to be visited and counts as not in time.
-- unit: percent
-- better: higher
-- citation: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 28
with months as (
    select distinct month_start, month_end
    from warehouse.dim_date
    where month_start between :first_month and :last_month
),

children as (
    select child_key
    from warehouse.dim_child
    where known_from <= :known_on and :known_on < known_to
    and not is_merged
),

placements as (
    select la_code, placement_id, looked_after_id, started_date, ended_date
    from warehouse.fact_placement
    where known_from <= :known_on and :known_on < known_to
),

obligations as (
    select la_code, subject_id, started_date, due_date, done_date, closed_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'looked_after_visit'
),

periods as (
    select
        period.la_code,
        period.looked_after_id,
        period.child_key,
        period.team_key,
        period.started_date,
        months.month_start,
        months.month_end
    from months
    join warehouse.fact_looked_after_period as period
        on period.started_date <= months.month_end
        and (period.ended_date is null or period.ended_date > months.month_end)
    join children
        on children.child_key = period.child_key
    where period.known_from <= :known_on and :known_on < period.known_to
    and not period.is_short_break
),

visits_owed as (
    -- a child in two placements at once owes a visit to each: the earliest due date decides
    select periods.month_start, periods.child_key, min(obligations.due_date) as due_date
    from periods
    join placements
        on placements.la_code = periods.la_code
        and placements.looked_after_id = periods.looked_after_id
        and placements.started_date <= periods.month_end
        and (placements.ended_date is null or placements.ended_date > periods.month_end)
    join obligations
        on obligations.la_code = placements.la_code
        and obligations.subject_id = placements.placement_id
        and obligations.started_date <= periods.month_end
        and (obligations.done_date is null or obligations.done_date > periods.month_end)
        and (obligations.closed_date is null or obligations.closed_date > periods.month_end)
    group by periods.month_start, periods.child_key
)

-- a child with two periods at once counts once, under the later one
select distinct on (periods.month_start, periods.child_key)
    periods.la_code,
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
