-- title: Child protection plans that began within 2 years of an earlier one
-- definition: Of the child protection plans that started in the month, the share where an earlier plan of the child, of this authority, had ended 2 calendar years before or less. An earlier plan that was still in force counts too. Temporary plans of other authorities do not count.
-- unit: percent
-- better: lower
-- history: starts of child_protection_plan.started_date to ended_date, after 24 months, unless is_temporary
-- counts: each child alone
-- looks_back: 24 months
-- citation: DfE children in need census, table D3
select
    months.month_start as month,
    plan.child_key,
    plan.team_key,
    plan.plan_id as subject_id,
    case
        when exists (
            select 1
            from known_child_protection_plan as earlier
            where earlier.child_key = plan.child_key
            and earlier.started_date < plan.started_date
            and (
                earlier.ended_date is null
                or plan.started_date <= cast(earlier.ended_date + interval '2 years' as date)
            )
            and not earlier.is_temporary
        )
            then 1
        else 0
    end as in_numerator,
    1 as in_denominator
from months
join known_child_protection_plan as plan
    on plan.started_date between months.month_start and months.month_end
join children
    on children.child_key = plan.child_key
where not plan.is_temporary
