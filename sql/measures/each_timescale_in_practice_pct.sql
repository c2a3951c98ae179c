-- title: {timescale}: done in time in practice
-- definition: {timescale}: of those due in the month, the share done on or before the due date, whenever it was recorded. Left out are those ended before they were due, and those done whose recording date is not known.
-- unit: percent
-- better: higher
-- history: due
select
    months.month_start as month,
    obligation.child_key,
    obligation.team_key,
    -- one subject may owe several in a month: the clock's start tells them apart, also when
    -- one before them comes or goes
    obligation.subject_id || '-' || cast(obligation.started_date as text) as subject_id,
    case when obligation.done_date <= obligation.due_date then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_timescale_obligation as obligation
    on obligation.timescale = :timescale
    and obligation.due_date between months.month_start and months.month_end
join children
    on children.child_key = obligation.child_key
where
    case
        -- done: what the very first load brought has no known recording date and is not judged
        when obligation.done_date <= months.month_end
            then obligation.first_recorded_date is not null
        -- not done: nothing was owed any more where the subject ended before it was due
        else obligation.closed_date is null or obligation.closed_date > obligation.due_date
    end
