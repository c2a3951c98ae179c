-- title: Referrals of children in need open for more than 9 months
-- definition: Referrals still open at the end of the month that were received more than 9 calendar months before it, of children who are not on a child protection plan, not looked after, and whose last plan did not end in the last 3 months. A child with two such referrals counts twice.
-- unit: count
-- better: lower
-- history: starts of referral.received_date to closed_date, after 21 months
-- counts: each child alone
with open_plans as (
    select distinct months.month_start, plan.child_key
    from months
    join known_child_protection_plan as plan
        on plan.started_date <= months.month_end
        and (plan.ended_date is null or plan.ended_date > months.month_end)
    where not plan.is_temporary
),

last_plans as (
    -- the plan that began last by the end of the month
    select distinct on (months.month_start, plan.child_key)
        months.month_start,
        plan.child_key,
        plan.ended_date
    from months
    join known_child_protection_plan as plan
        on plan.started_date <= months.month_end
    where not plan.is_temporary
    order by
        months.month_start,
        plan.child_key,
        plan.started_date desc,
        plan.ended_date desc nulls first
),

looked_after_children as (
    select distinct months.month_start, period.child_key
    from months
    join known_looked_after_period as period
        on period.started_date <= months.month_end
        and (period.ended_date is null or period.ended_date > months.month_end)
    where not period.is_short_break
)

select
    months.month_start as month,
    referral.child_key,
    referral.team_key,
    referral.referral_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_referral as referral
    on referral.received_date < cast(months.month_end - interval '9 months' as date)
    and (referral.closed_date is null or referral.closed_date > months.month_end)
join children
    on children.child_key = referral.child_key
    and (children.died_date is null or children.died_date > months.month_end)
left join open_plans
    on open_plans.month_start = months.month_start
    and open_plans.child_key = referral.child_key
left join last_plans
    on last_plans.month_start = months.month_start
    and last_plans.child_key = referral.child_key
left join looked_after_children
    on looked_after_children.month_start = months.month_start
    and looked_after_children.child_key = referral.child_key
where open_plans.child_key is null
and looked_after_children.child_key is null
and (
    last_plans.child_key is null
    or last_plans.ended_date <= cast(months.month_end - interval '3 months' as date)
)
