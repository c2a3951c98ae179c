-- title: Looked after children with a review overdue
-- definition: Children looked after at the end of the month whose review had not been held although its due date had passed. A child counts once.
-- unit: count
-- better: lower
-- citation: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33
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

periods as (
    select la_code, looked_after_id, child_key, team_key, started_date, ended_date
    from warehouse.fact_looked_after_period
    where known_from <= :known_on and :known_on < known_to
    and not is_short_break
),

obligations as (
    select la_code, subject_id, started_date, due_date, done_date, closed_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'looked_after_review'
)

-- a child with two overdue reviews counts once, under the later period
select distinct on (months.month_start, periods.child_key)
    periods.la_code,
    months.month_start as month,
    periods.child_key,
    periods.team_key,
    periods.looked_after_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join periods
    on periods.started_date <= months.month_end
    and (periods.ended_date is null or periods.ended_date > months.month_end)
join children
    on children.child_key = periods.child_key
join obligations
    on obligations.la_code = periods.la_code
    and obligations.subject_id = periods.looked_after_id
    and obligations.started_date <= months.month_end
    and obligations.due_date < months.month_end
    and (obligations.done_date is null or obligations.done_date > months.month_end)
    and (obligations.closed_date is null or obligations.closed_date > months.month_end)
order by
    months.month_start,
    periods.child_key,
    periods.started_date desc,
    periods.looked_after_id desc
