-- title: How many child protection plans were in force on any day, by category and length
-- grain: a category of abuse and a length
-- Put two days, written as date '2014-10-31', in the place of
--   :on         the day on which the plans were in force
--   :known_on   the day whose knowledge is asked: what the last extract up to it held
-- The category is the latest of the plan. Temporary plans of other authorities do not count.
select
    plan.la_code,
    plan.latest_category as category,
    case
        when cast(plan.started_date + interval '3 months' as date) > :on then '1 under 3 months'
        when cast(plan.started_date + interval '6 months' as date) > :on then '2 3 to 6 months'
        when cast(plan.started_date + interval '12 months' as date) > :on then '3 6 to 12 months'
        when cast(plan.started_date + interval '24 months' as date) > :on then '4 1 to 2 years'
        else '5 2 years or more'
    end as length,
    count(*) as plans
from warehouse.fact_child_protection_plan as plan
join warehouse.dim_child as child
    on child.child_key = plan.child_key
    and child.known_from <= :known_on and :known_on < child.known_to
    and not child.is_merged
    and (child.died_date is null or child.died_date > :on)
where plan.started_date <= :on
and (plan.ended_date is null or plan.ended_date > :on)
and not coalesce(plan.is_temporary, false)
and plan.known_from <= :known_on and :known_on < plan.known_to
group by 1, 2, 3
order by 1, 2, 3
