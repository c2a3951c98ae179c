-- title: Child protection plans open of children whose ethnicity is not known
-- definition: Child protection plans in force at the end of the month of children whose ethnicity is not known or was refused: those that are in no ethnic group's figure.
-- unit: count
-- better: lower
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
    and child.ethnic_group in ('refused', 'not known')
    and (child.died_date is null or child.died_date > months.month_end)
where not plan.is_temporary
