-- title: {timescale}: done and recorded in time
-- definition: {timescale}: of those due in the month, the share done and also recorded on or before the due date. Left out are those ended before they were due, and those done whose recording date is not known.
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

obligations as (
    select
        la_code,
        subject_id,
        child_key,
        team_key,
        started_date,
        due_date,
        done_date,
        closed_date,
        first_recorded_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = :timescale
)

select
    obligations.la_code,
    months.month_start as month,
    obligations.child_key,
    obligations.team_key,
    -- one subject may owe several in a month: the clock's start tells them apart, also when
    -- one before them comes or goes
    obligations.subject_id || '-' || cast(obligations.started_date as text) as subject_id,
    case
        when obligations.done_date <= obligations.due_date
        and obligations.first_recorded_date <= obligations.due_date
            then 1
        else 0
    end as in_numerator,
    1 as in_denominator
from months
join obligations
    on obligations.due_date between months.month_start and months.month_end
join children
    on children.child_key = obligations.child_key
where
    case
        -- done: what the very first load brought has no known recording date and is not judged
        when obligations.done_date <= months.month_end
            then obligations.first_recorded_date is not null
        -- not done: nothing was owed any more where the subject ended before it was due
        else obligations.closed_date is null or obligations.closed_date > obligations.due_date
    end
