-- title: Child protection plans started, rate over 12 months
-- definition: Child protection plans that started in the twelve months ending with the month, per 10,000 children aged 0 to 17.
-- unit: per_10000
-- better: neither
-- history: starts of child_protection_plan.started_date to ended_date, over 12 months, unless is_temporary
-- counts: each child alone
-- looks_back: 11 months
-- citation: DfE children in need census, table D1
select
    months.month_start as month,
    plan.child_key,
    plan.team_key,
    plan.plan_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_child_protection_plan as plan
    on plan.started_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = plan.child_key
where not plan.is_temporary
