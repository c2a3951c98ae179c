-- title: Child protection plans that lasted 2 years or more
-- definition: Of the child protection plans that ended in the month, the share that had lasted 2 calendar years or more.
-- unit: percent
-- better: lower
-- history: ends of child_protection_plan.started_date to ended_date, after 24 months, unless is_temporary
-- counts: each child alone
-- citation: DfE children in need census, table D7
select
    months.month_start as month,
    plan.child_key,
    plan.team_key,
    plan.plan_id as subject_id,
    case
        when plan.ended_date >= cast(plan.started_date + interval '2 years' as date) then 1
        else 0
    end as in_numerator,
    1 as in_denominator
from months
join known_child_protection_plan as plan
    on plan.ended_date between months.month_start and months.month_end
join children
    on children.child_key = plan.child_key
where not plan.is_temporary
