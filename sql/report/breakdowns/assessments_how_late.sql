-- of: numerator of assessments_late
-- By how many working days; one that was authorised on a day off after its due date took one more.
with late as (
    select
        greatest(authorised.working_day_number - due.working_day_number, 1) as working_days_late
    from counted_in_month as counted
    join known_single_assessment as assessment
        on assessment.assessment_id = counted.subject_id
    join known_timescale_obligation as obligation
        on obligation.subject_id = counted.subject_id
        and obligation.timescale = 'single_assessment'
    join warehouse.dim_date as authorised
        on authorised.date = assessment.authorised_date
    join warehouse.dim_date as due
        on due.date = obligation.due_date
    where counted.measure = 'assessments_late'
),

bands as (
    select *
    from (values
        (1, '1 to 5 working days late', 1, 5),
        (2, '6 to 10', 6, 10),
        (3, '11 or more', 11, 100000)
    ) as band (place, label, least, most)
)

select
    bands.label,
    count(late.working_days_late) as number,
    max(late.working_days_late) as longest
from bands
left join late
    on late.working_days_late between bands.least and bands.most
group by bands.place, bands.label
order by bands.place
