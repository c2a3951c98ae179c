-- title: Child protection plans open, rate
-- definition: Child protection plans in force at the end of the month, per 10,000 children aged 0 to 17.
-- unit: per_10000
-- better: neither
-- citation: DfE children in need census
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
)

select
    plans.la_code,
    months.month_start as month,
    plans.child_key,
    plans.team_key,
    plans.plan_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join plans
    on plans.started_date <= months.month_end
    and (plans.ended_date is null or plans.ended_date > months.month_end)
join children
    on children.child_key = plans.child_key
