-- title: Single assessments completed
-- definition: Single assessments that a manager authorised in the month. Drafts and cancelled assessments do not count. Each child of a sibling group counts.
-- unit: count
-- better: neither
-- history: ends of single_assessment.started_date to authorised_date
-- counts: each child alone
-- citation: DfE children in need census, table C2
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
where assessment.status = 'completed'
