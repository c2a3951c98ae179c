-- title: Child protection plans that are not the first
-- definition: Of the child protection plans that started in the month, the share where the child had been on a plan of this authority before, however long ago.
-- unit: percent
-- better: lower
-- history: starts of child_protection_plan.started_date to ended_date, after 24 months, unless is_temporary
-- counts: each child alone
-- citation: DfE children in need census, table D3
select
    months.month_start as month,
    plan.child_key,
    plan.team_key,
    plan.plan_id as subject_id,
    case when plan.plan_number > 1 then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_child_protection_plan as plan
    on plan.started_date between months.month_start and months.month_end
join children
    on children.child_key = plan.child_key
where not plan.is_temporary
