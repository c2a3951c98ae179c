-- title: Single assessments completed in time
-- definition: Of the single assessments authorised in the month, the share authorised on or before their due date.
-- unit: percent
-- better: higher
-- history: ends of single_assessment.started_date to authorised_date
-- counts: each child alone
-- citation: Working Together to Safeguard Children, DfE children in need census, table C2
select
    months.month_start as month,
    assessment.child_key,
    assessment.team_key,
    assessment.assessment_id as subject_id,
    case when assessment.authorised_date <= obligation.due_date then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_single_assessment as assessment
    on assessment.authorised_date between months.month_start and months.month_end
join children
    on children.child_key = assessment.child_key
left join known_timescale_obligation as obligation
    on obligation.subject_id = assessment.assessment_id
    and obligation.timescale = 'single_assessment'
where assessment.status = 'completed'
