-- title: Child protection plans open, rate, ethnic group {ethnic_group}
-- definition: Child protection plans in force at the end of the month of children of the ethnic group {ethnic_group}, per 10,000 children aged 0 to 17 of that group. Children whose ethnicity is not known or was refused are in no group's figure. It has no value where the authority's file gives no population of the group.
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
join described_children as child
    on child.child_key = plan.child_key
    and child.ethnic_group = :ethnic_group
    and (child.died_date is null or child.died_date > months.month_end)
where not plan.is_temporary
