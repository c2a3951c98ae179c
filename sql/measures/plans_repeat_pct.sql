-- title: Child protection plans that are not the first
-- definition: Of the child protection plans that started in the month, the share where the child had been on a plan of this authority before, however long ago.
-- unit: percent
-- better: lower
-- citation: DfE children in need census, table D3
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
    select la_code, plan_id, child_key, team_key, started_date, plan_number
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
    case when plans.plan_number > 1 then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join plans
    on plans.started_date between months.month_start and months.month_end
join children
    on children.child_key = plans.child_key
