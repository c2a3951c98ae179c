-- title: {timescale}: done in time in practice
-- definition: {timescale}: of what fell due in the month, each due date of each child, the share done on or before the due date, whenever that was recorded, as known on the extract's date. What is due and not done by the end of the month is not in time. Left out are those that ended by their due date without being done.
-- unit: percent
-- better: higher
-- history: due
-- counts: each child alone
-- looks_back: 3 months
-- looks_back child_protection_review: 6 months
-- looks_back looked_after_review: 12 months
-- looks_back review_health_assessment: 12 months
select
    due.month,
    due.child_key,
    due.team_key,
    due.subject_id,
    due.is_in_time as in_numerator,
    1 as in_denominator
from due_in_month as due
where due.timescale = :timescale
