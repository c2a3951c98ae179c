-- title: Single assessments overdue
-- definition: Single assessments not authorised by the end of the month although their due date had passed.
-- unit: count
-- better: lower
-- citation: Working Together to Safeguard Children
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
    select la_code, subject_id, child_key, team_key, started_date, due_date, done_date, closed_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'single_assessment'
)

select
    obligations.la_code,
    months.month_start as month,
    obligations.child_key,
    obligations.team_key,
    obligations.subject_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join obligations
    on obligations.started_date <= months.month_end
    and obligations.due_date < months.month_end
    and (obligations.done_date is null or obligations.done_date > months.month_end)
    and (obligations.closed_date is null or obligations.closed_date > months.month_end)
join children
    on children.child_key = obligations.child_key
