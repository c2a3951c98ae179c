-- title: How stable are placements: three or more in twelve months, and the same for two years
-- grain: an authority
-- Put two days, written as date '2014-10-31', in the place of
--   :on         the day on which the children are looked after
--   :known_on   the day whose knowledge is asked: what the last extract up to it held
-- Temporary moves (types T0 to T4) are no placement here. The second share is of children under 16
-- who have been looked after for two and a half years; one in a new home for adoption counts as one
-- who has moved. Whose birthday is in the month of the day is taken to have had it.
with looked_after as (
    select
        period.la_code,
        period.looked_after_id,
        period.started_date,
        child.birth_month
    from warehouse.fact_looked_after_period as period
    join warehouse.dim_child as child
        on child.child_key = period.child_key
        and child.known_from <= :known_on and :known_on < child.known_to
        and not child.is_merged
        and (child.died_date is null or child.died_date > :on)
    where period.started_date <= :on
    and (period.ended_date is null or period.ended_date > :on)
    and not period.is_short_break
    and period.known_from <= :known_on and :known_on < period.known_to
),

placements as (
    select
        la_code,
        looked_after_id,
        -- what ended on its first day was none
        count(*) filter (
            where ended_date is null or ended_date > cast(:on - interval '12 months' as date)
        ) as in_twelve_months,
        max(started_date) as latest_started_date
    from warehouse.fact_placement
    where started_date <= :on
    and (ended_date is null or ended_date > started_date)
    and coalesce(placement_type_code, '') not in ('T0', 'T1', 'T2', 'T3', 'T4')
    and known_from <= :known_on and :known_on < known_to
    group by la_code, looked_after_id
),

children as (
    select
        looked_after.la_code,
        case when placements.in_twelve_months >= 3 then 1 else 0 end as has_three_or_more,
        case
            when cast(looked_after.started_date + interval '30 months' as date) <= :on
            and cast(looked_after.birth_month + interval '16 years' as date) > :on
                then 1
            else 0
        end as is_long,
        case
            when cast(placements.latest_started_date + interval '24 months' as date) <= :on
                then 1
            else 0
        end as is_in_the_same
    from looked_after
    left join placements
        on placements.la_code = looked_after.la_code
        and placements.looked_after_id = looked_after.looked_after_id
)

select
    la_code,
    count(*) as looked_after,
    count(*) filter (where has_three_or_more = 1) as with_three_or_more,
    round(100.0 * count(*) filter (where has_three_or_more = 1) / count(*), 1)
        as three_or_more_pct,
    count(*) filter (where is_long = 1) as looked_after_for_two_and_a_half_years,
    count(*) filter (where is_long = 1 and is_in_the_same = 1) as of_these_two_years_in_the_same,
    round(
        100.0 * count(*) filter (where is_long = 1 and is_in_the_same = 1)
            / nullif(count(*) filter (where is_long = 1), 0),
        1
    ) as two_years_in_the_same_pct
from children
group by la_code
order by la_code
