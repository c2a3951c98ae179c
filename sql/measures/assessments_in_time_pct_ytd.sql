-- title: Single assessments completed in time, year to date
-- definition: Of the single assessments authorised from 1 April to the end of the month, the share authorised on or before their due date.
-- unit: percent
-- better: higher
-- history: ends of single_assessment.started_date to authorised_date, year to date
-- counts: each child alone
-- looks_back: 1 April
-- citation: Working Together to Safeguard Children, DfE children in need census, table C2
with judged as (
    select
        assessment.assessment_id,
        assessment.child_key,
        assessment.team_key,
        assessment.authorised_date,
        case when assessment.authorised_date <= obligation.due_date then 1 else 0 end
            as is_in_time
    from known_single_assessment as assessment
    join children
        on children.child_key = assessment.child_key
    left join known_timescale_obligation as obligation
        on obligation.subject_id = assessment.assessment_id
        and obligation.timescale = 'single_assessment'
    where assessment.status = 'completed'
)

select
    months.month_start as month,
    judged.child_key,
    judged.team_key,
    judged.assessment_id as subject_id,
    judged.is_in_time as in_numerator,
    1 as in_denominator
from months
join financial_years
    on financial_years.financial_year = months.financial_year
join judged
    on judged.authorised_date between financial_years.first_day and months.month_end
