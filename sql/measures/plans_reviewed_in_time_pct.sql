-- title: Children on a plan reviewed in time
-- definition: Of the child protection plans in force at the end of the month for 3 months or more, the share with every review that fell due in the last twelve months held in time. A plan with no review due counts as in time.
-- unit: percent
-- better: higher
-- citation: Working Together to Safeguard Children, DfE children in need census, table D6
with months as (
    select distinct month_start, month_end
    from warehouse.dim_date
    where month_start between :first_month and :last_month
),

children as (
    select child_key
    from warehouse.dim_child
    where known_from <= :known_on and :known_on < known_to
    and not is_merged
),

obligations as (
    select la_code, subject_id, due_date, done_date, closed_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'child_protection_review'
),

plans as (
    select
        plan.la_code,
        plan.plan_id,
        plan.child_key,
        plan.team_key,
        months.month_start,
        months.month_end
    from months
    join warehouse.fact_child_protection_plan as plan
        on cast(plan.started_date + interval '3 months' as date) <= months.month_end
        and (plan.ended_date is null or plan.ended_date > months.month_end)
    join children
        on children.child_key = plan.child_key
    where plan.known_from <= :known_on and :known_on < plan.known_to
    and not plan.is_temporary
),

late_plans as (
    -- due on the last day and not held is not yet late, so only earlier due dates are judged
    select distinct plans.la_code, plans.plan_id, plans.month_start
    from plans
    join obligations
        on obligations.la_code = plans.la_code
        and obligations.subject_id = plans.plan_id
        and obligations.due_date >= cast(plans.month_start - interval '11 months' as date)
        and obligations.due_date < plans.month_end
    where (obligations.done_date is null or obligations.done_date > obligations.due_date)
    and (obligations.closed_date is null or obligations.closed_date > obligations.due_date)
)

select
    plans.la_code,
    plans.month_start as month,
    plans.child_key,
    plans.team_key,
    plans.plan_id as subject_id,
    case when late_plans.plan_id is null then 1 else 0 end as in_numerator,
    1 as in_denominator
from plans
left join late_plans
    on late_plans.la_code = plans.la_code
    and late_plans.plan_id = plans.plan_id
    and late_plans.month_start = plans.month_start
