-- title: Children in need for more than 9 months
-- definition: Referrals still open at the end of the month that were received more than 9 calendar months before it, of children who are not on a child protection plan, not looked after, and whose last plan did not end in the last 3 months.
-- unit: count
-- better: lower
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

referrals as (
    select la_code, referral_id, child_key, team_key, received_date, closed_date
    from warehouse.fact_referral
    where known_from <= :known_on and :known_on < known_to
),

protected_children as (
    -- on a plan at the end of the month, or on one that ended in the 3 months before it
    select distinct months.month_start, plan.child_key
    from months
    join warehouse.fact_child_protection_plan as plan
        on plan.started_date <= months.month_end
        and (
            plan.ended_date is null
            or plan.ended_date > cast(months.month_end - interval '3 months' as date)
        )
    where plan.known_from <= :known_on and :known_on < plan.known_to
    and not plan.is_temporary
),

looked_after_children as (
    select distinct months.month_start, period.child_key
    from months
    join warehouse.fact_looked_after_period as period
        on period.started_date <= months.month_end
        and (period.ended_date is null or period.ended_date > months.month_end)
    where period.known_from <= :known_on and :known_on < period.known_to
    and not period.is_short_break
)

select
    referrals.la_code,
    months.month_start as month,
    referrals.child_key,
    referrals.team_key,
    referrals.referral_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join referrals
    on referrals.received_date < cast(months.month_end - interval '9 months' as date)
    and (referrals.closed_date is null or referrals.closed_date > months.month_end)
join children
    on children.child_key = referrals.child_key
left join protected_children
    on protected_children.month_start = months.month_start
    and protected_children.child_key = referrals.child_key
left join looked_after_children
    on looked_after_children.month_start = months.month_start
    and looked_after_children.child_key = referrals.child_key
where protected_children.child_key is null
and looked_after_children.child_key is null
