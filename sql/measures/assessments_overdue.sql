-- title: Single assessments overdue
-- definition: Single assessments not authorised by the end of the month although their due date had passed. Each child of a sibling group counts.
-- unit: count
-- better: lower
-- history: stock of single_assessment.started_date to authorised_date
-- counts: each child alone
-- citation: Working Together to Safeguard Children
select
    months.month_start as month,
    obligation.child_key,
    obligation.team_key,
    obligation.subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_timescale_obligation as obligation
    on obligation.timescale = 'single_assessment'
    and obligation.started_date <= months.month_end
    and obligation.due_date < months.month_end
    and (obligation.done_date is null or obligation.done_date > months.month_end)
    and (obligation.closed_date is null or obligation.closed_date > months.month_end)
join children
    on children.child_key = obligation.child_key
