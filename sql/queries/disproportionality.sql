-- title: Which ethnic groups are on plans or looked after more often than among all children known
-- grain: an ethnicity
-- Put two days, written as date '2014-10-31', in the place of
--   :on         the day on which the children are on a plan, or looked after
--   :known_on   the day whose knowledge is asked: what the last extract up to it held
-- Known are the children on record who are alive and under 18 on the day; whose birthday is in its
-- month is taken to have had it. It says nothing of all children who live here, and the shares of
-- small groups swing.
with known as (
    select
        la_code,
        child_key,
        coalesce(ethnicity_code, 'not recorded') as ethnicity_code,
        coalesce(ethnicity, 'not recorded') as ethnicity
    from warehouse.dim_child
    where la_code <> ''
    and not is_merged
    and (died_date is null or died_date > :on)
    and birth_month > cast(:on - interval '18 years' as date)
    and known_from <= :known_on and :known_on < known_to
),

on_plan as (
    select distinct child_key
    from warehouse.fact_child_protection_plan
    where started_date <= :on
    and (ended_date is null or ended_date > :on)
    and not coalesce(is_temporary, false)
    and known_from <= :known_on and :known_on < known_to
),

looked_after as (
    select distinct child_key
    from warehouse.fact_looked_after_period
    where started_date <= :on
    and (ended_date is null or ended_date > :on)
    and not is_short_break
    and known_from <= :known_on and :known_on < known_to
),

groups as (
    select
        known.la_code,
        known.ethnicity_code,
        known.ethnicity,
        count(*) as children_known,
        count(on_plan.child_key) as on_plan,
        count(looked_after.child_key) as looked_after
    from known
    left join on_plan
        on on_plan.child_key = known.child_key
    left join looked_after
        on looked_after.child_key = known.child_key
    group by known.la_code, known.ethnicity_code, known.ethnicity
)

select
    la_code,
    ethnicity_code,
    ethnicity,
    children_known,
    on_plan,
    looked_after,
    round(100.0 * children_known / sum(children_known) over authority, 1) as pct_of_children_known,
    round(100.0 * on_plan / nullif(sum(on_plan) over authority, 0), 1) as pct_of_those_on_plan,
    round(100.0 * looked_after / nullif(sum(looked_after) over authority, 0), 1)
        as pct_of_those_looked_after
from groups
window authority as (partition by la_code)
order by la_code, ethnicity_code
