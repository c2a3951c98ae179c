-- title: Periods of care ended, rate over 12 months
-- definition: Periods of care that ended in the twelve months ending with the month, per 10,000 children aged 0 to 17. Short breaks are not counted.
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
    select la_code, looked_after_id, child_key, team_key, ended_date
    from warehouse.fact_looked_after_period
    where known_from <= :known_on and :known_on < known_to
    and not is_short_break
)

select
    periods.la_code,
    months.month_start as month,
    periods.child_key,
    periods.team_key,
    periods.looked_after_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join periods
    on periods.ended_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = periods.child_key
