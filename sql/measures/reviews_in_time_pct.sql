-- title: Child protection reviews held in time
-- definition: Of the child protection reviews due in the month, the share held on or before their due date. A review not held by the end of the month is not in time. Reviews of plans that ended before the review was due are left out.
-- unit: percent
-- better: higher
-- history: due
-- citation: Working Together to Safeguard Children
select
    months.month_start as month,
    obligation.child_key,
    obligation.team_key,
    -- a plan may owe two reviews in one month: the clock's start tells them apart, also when
    -- one before them comes or goes
    obligation.subject_id || '-' || cast(obligation.started_date as text) as subject_id,
    case when obligation.done_date <= obligation.due_date then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_timescale_obligation as obligation
    on obligation.timescale = 'child_protection_review'
    and obligation.due_date between months.month_start and months.month_end
join children
    on children.child_key = obligation.child_key
where
    obligation.done_date <= months.month_end
    or obligation.closed_date is null
    or obligation.closed_date > obligation.due_date
