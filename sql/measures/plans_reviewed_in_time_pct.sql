-- title: Child protection plans reviewed in time
-- definition: Of the child protection plans in force at the end of the month for 3 months or more, the share with every review that fell due in the last twelve months held in time. A plan with no review due counts as in time.
-- unit: percent
-- better: higher
-- history: stock of child_protection_plan.started_date to ended_date, unless is_temporary
-- counts: each child alone
-- looks_back: 17 months
-- citation: Working Together to Safeguard Children, DfE children in need census, table D6
with plans as (
    select
        plan.plan_id,
        plan.child_key,
        plan.team_key,
        months.month_start,
        months.month_end
    from months
    join known_child_protection_plan as plan
        on cast(plan.started_date + interval '3 months' as date) <= months.month_end
        and (plan.ended_date is null or plan.ended_date > months.month_end)
    join children
        on children.child_key = plan.child_key
        and (children.died_date is null or children.died_date > months.month_end)
    where not plan.is_temporary
),

late_plans as (
    -- due on the last day and not held is not yet late, so only earlier due dates are judged
    select distinct plans.plan_id, plans.month_start
    from plans
    join known_timescale_obligation as obligation
        on obligation.subject_id = plans.plan_id
        and obligation.timescale = 'child_protection_review'
        and obligation.due_date >= cast(plans.month_start - interval '11 months' as date)
        and obligation.due_date < plans.month_end
    where (obligation.done_date is null or obligation.done_date > obligation.due_date)
    and (obligation.closed_date is null or obligation.closed_date > obligation.due_date)
)

select
    plans.month_start as month,
    plans.child_key,
    plans.team_key,
    plans.plan_id as subject_id,
    case when late_plans.plan_id is null then 1 else 0 end as in_numerator,
    1 as in_denominator
from plans
left join late_plans
    on late_plans.plan_id = plans.plan_id
    and late_plans.month_start = plans.month_start
