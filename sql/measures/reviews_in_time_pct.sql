-- title: Child protection reviews held in time
-- definition: Of the child protection reviews due in the month, the share held on or before their due date. A review not held by the end of the month is not in time. Reviews of plans that ended before the review was due are left out.
-- unit: percent
-- better: higher
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
    select
        la_code,
        subject_id,
        child_key,
        team_key,
        started_date,
        due_date,
        done_date,
        closed_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'child_protection_review'
)

select
    obligations.la_code,
    months.month_start as month,
    obligations.child_key,
    obligations.team_key,
    -- a plan may owe two reviews in one month: the clock's start tells them apart, also when
    -- one before them comes or goes
    obligations.subject_id || '-' || cast(obligations.started_date as text) as subject_id,
    case when obligations.done_date <= obligations.due_date then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join obligations
    on obligations.due_date between months.month_start and months.month_end
join children
    on children.child_key = obligations.child_key
where
    obligations.done_date <= months.month_end
    or obligations.closed_date is null
    or obligations.closed_date > obligations.due_date
