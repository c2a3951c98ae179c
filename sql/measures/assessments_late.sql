-- title: Single assessments completed late
-- definition: Single assessments authorised in the month after their due date. Each child of a sibling group counts.
-- unit: count
-- better: lower
-- history: ends of single_assessment.started_date to authorised_date
-- counts: each child alone
-- citation: Working Together to Safeguard Children
select
    months.month_start as month,
    assessment.child_key,
    assessment.team_key,
    assessment.assessment_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_single_assessment as assessment
    on assessment.authorised_date between months.month_start and months.month_end
join children
    on children.child_key = assessment.child_key
join known_timescale_obligation as obligation
    on obligation.subject_id = assessment.assessment_id
    and obligation.timescale = 'single_assessment'
    and obligation.due_date < assessment.authorised_date
where assessment.status = 'completed'
