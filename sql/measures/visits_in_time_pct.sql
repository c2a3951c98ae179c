-- title: Child protection plans with the child visited in time
-- definition: Of the child protection plans in force at the end of the month, the share whose next visit is not past its due date. Plans whose first visit is neither made nor past its due date are left out.
-- unit: percent
-- better: higher
-- history: stock of child_protection_plan.started_date to ended_date, unless is_temporary
-- counts: each child alone
select
    months.month_start as month,
    plan.child_key,
    plan.team_key,
    plan.plan_id as subject_id,
    case when obligation.due_date >= months.month_end then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_child_protection_plan as plan
    on plan.started_date <= months.month_end
    and (plan.ended_date is null or plan.ended_date > months.month_end)
join children
    on children.child_key = plan.child_key
    and (children.died_date is null or children.died_date > months.month_end)
-- the visit owed on the last day: exactly one while a plan is in force
left join known_timescale_obligation as obligation
    on obligation.subject_id = plan.plan_id
    and obligation.timescale = 'child_protection_visit'
    and obligation.started_date <= months.month_end
    and (obligation.done_date is null or obligation.done_date > months.month_end)
    and (obligation.closed_date is null or obligation.closed_date > months.month_end)
where not plan.is_temporary
and (
    obligation.sequence is null
    or obligation.sequence > 1
    or obligation.due_date < months.month_end
)
