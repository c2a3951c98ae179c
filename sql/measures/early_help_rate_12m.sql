-- title: Early help episodes opened, rate over 12 months
-- definition: Early help episodes that started in the twelve months ending with the month, per 10,000 children aged 0 to 17.
-- unit: per_10000
-- better: neither
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

episodes as (
    select la_code, early_help_id, child_key, team_key, started_date
    from warehouse.fact_early_help
    where known_from <= :known_on and :known_on < known_to
)

select
    episodes.la_code,
    months.month_start as month,
    episodes.child_key,
    episodes.team_key,
    episodes.early_help_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join episodes
    on episodes.started_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = episodes.child_key
