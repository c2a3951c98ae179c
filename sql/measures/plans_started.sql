-- title: Child protection plans started
-- definition: Child protection plans that started in the month. Temporary plans of other authorities do not count.
-- unit: count
-- better: neither
-- history: starts of child_protection_plan.started_date to ended_date, unless is_temporary
-- counts: each child alone
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
    on plan.started_date between months.month_start and months.month_end
join children
    on children.child_key = plan.child_key
where not plan.is_temporary
