-- title: Children looked after, rate
-- definition: Children looked after at the end of the month, per 10,000 children aged 0 to 17. Children in short breaks only are not counted.
-- unit: per_10000
-- better: neither
-- citation: DfE looked after children return (SSDA903)
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
)

-- a child with two periods at once counts once, under the later one
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
order by
    months.month_start,
    periods.child_key,
    periods.started_date desc,
    periods.looked_after_id desc
