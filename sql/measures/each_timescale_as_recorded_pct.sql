-- title: {timescale}: done and recorded in time
-- definition: {timescale}: of what fell due in the month, each due date of each child, the share done on or before the due date and also recorded by then: by the source's own recording date; where it keeps none, by the day before the first extract that held it. Not counted at all, without a value, is a month in which it is not known of one done in time whether it was recorded by then. What is due and not done by the end of the month is not in time. Left out are those that ended by their due date without being done.
-- unit: percent
-- better: higher
-- history: due
-- counts: together
-- looks_back: 3 months
-- looks_back child_protection_review: 6 months
-- looks_back looked_after_review: 12 months
-- looks_back review_health_assessment: 12 months
select
    due.month,
    due.child_key,
    due.team_key,
    due.subject_id,
    due.is_in_time * coalesce(due.is_recorded_by_due, 0) as in_numerator,
    1 as in_denominator
from due_in_month as due
where due.timescale = :timescale
-- a share of those alone whose recording day happens to be known would be one of the failures
and due.month not in (
    select other.month
    from due_in_month as other
    where other.timescale = :timescale
    and other.is_in_time = 1
    and other.is_recorded_by_due is null
)
