-- title: Single assessments completed in time, year to date
-- definition: Of the single assessments authorised from 1 April to the end of the month, the share authorised on or before their due date.
-- unit: percent
-- better: higher
-- citation: Working Together to Safeguard Children, DfE children in need census, table C2
with months as (
    select distinct month_start, month_end, financial_year
    from warehouse.dim_date
    where month_start between :first_month and :last_month
),

financial_years as (
    select financial_year, min(date) as first_day
    from warehouse.dim_date
    group by financial_year
),

children as (
    select child_key
    from warehouse.dim_child
    where known_from <= :known_on and :known_on < known_to
    and not is_merged
),

assessments as (
    select la_code, assessment_id, child_key, team_key, authorised_date
    from warehouse.fact_single_assessment
    where known_from <= :known_on and :known_on < known_to
    and status = 'completed'
),

obligations as (
    select la_code, subject_id, due_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'single_assessment'
),

judged as (
    select
        assessments.la_code,
        assessments.child_key,
        assessments.team_key,
        assessments.assessment_id,
        assessments.authorised_date,
        case when assessments.authorised_date <= obligations.due_date then 1 else 0 end
            as is_in_time
    from assessments
    join children
        on children.child_key = assessments.child_key
    left join obligations
        on obligations.la_code = assessments.la_code
        and obligations.subject_id = assessments.assessment_id
)

select
    judged.la_code,
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
