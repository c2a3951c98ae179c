-- title: Children on a plan visited in time
-- definition: Of the child protection plans in force at the end of the month, the share whose next visit is not past its due date. Plans whose first visit is neither made nor past its due date are left out.
-- unit: percent
-- better: higher
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

plans as (
    select la_code, plan_id, child_key, team_key, started_date, ended_date
    from warehouse.fact_child_protection_plan
    where known_from <= :known_on and :known_on < known_to
    and not is_temporary
),

obligations as (
    select la_code, subject_id, sequence, started_date, due_date, done_date, closed_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'child_protection_visit'
)

select
    plans.la_code,
    months.month_start as month,
    plans.child_key,
    plans.team_key,
    plans.plan_id as subject_id,
    case when obligations.due_date >= months.month_end then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join plans
    on plans.started_date <= months.month_end
    and (plans.ended_date is null or plans.ended_date > months.month_end)
join children
    on children.child_key = plans.child_key
-- the visit owed on the last day: exactly one while a plan is in force
left join obligations
    on obligations.la_code = plans.la_code
    and obligations.subject_id = plans.plan_id
    and obligations.started_date <= months.month_end
    and (obligations.done_date is null or obligations.done_date > months.month_end)
    and (obligations.closed_date is null or obligations.closed_date > months.month_end)
where
    obligations.sequence is null
    or obligations.sequence > 1
    or obligations.due_date < months.month_end
