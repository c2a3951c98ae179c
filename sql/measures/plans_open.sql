-- title: Child protection plans open
-- definition: Child protection plans in force at the end of the month. Temporary plans of other authorities do not count.
-- unit: count
-- better: neither
-- history: stock of child_protection_plan.started_date to ended_date, unless is_temporary
-- counts: each child alone
-- citation: DfE children in need census
--
-- measure: plans_open_rate
-- title: Child protection plans open, rate
-- definition: Child protection plans in force at the end of the month, per 10,000 children aged 0 to 17.
-- unit: per_10000
-- better: neither
-- history: stock of child_protection_plan.started_date to ended_date, unless is_temporary
-- counts: each child alone
-- citation: DfE children in need census
select
    months.month_start as month,
    plan.child_key,
    plan.team_key,
    plan.plan_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_child_protection_plan as plan
    on plan.started_date <= months.month_end
    and (plan.ended_date is null or plan.ended_date > months.month_end)
join children
    on children.child_key = plan.child_key
    and (children.died_date is null or children.died_date > months.month_end)
where not plan.is_temporary
