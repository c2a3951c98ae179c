-- title: Child protection reviews held in time
-- definition: Of the child protection reviews due in the month, each child's own, the share held on or before their due date. A review not held by the end of the month is not in time. Reviews of plans that ended before the review was due are left out.
-- unit: percent
-- better: higher
-- history: due
-- counts: each child alone
-- looks_back: 6 months
-- citation: Working Together to Safeguard Children
select
    due.month,
    due.child_key,
    due.team_key,
    due.subject_id,
    due.is_in_time as in_numerator,
    1 as in_denominator
from due_in_month as due
where due.timescale = 'child_protection_review'
