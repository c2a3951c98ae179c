-- title: How long single assessments took
-- grain: a financial year in which assessments were authorised, and a band of working days
with assessments as (
    select
        owed.la_code,
        calendar.financial_year,
        case
            when owed.working_days_taken <= 10 then '00-10'
            when owed.working_days_taken <= 20 then '11-20'
            when owed.working_days_taken <= 30 then '21-30'
            when owed.working_days_taken <= 40 then '31-40'
            when owed.working_days_taken <= 45 then '41-45'
            when owed.working_days_taken <= 60 then '46-60'
            else '61 or more'
        end as working_days
    from report.timescale_obligation as owed
    join report.date as calendar
        on calendar.date = owed.done_date
    where owed.timescale = 'single_assessment'
)

select
    la_code,
    financial_year,
    working_days,
    count(*) as assessments,
    round(100.0 * count(*) / sum(count(*)) over (partition by la_code, financial_year), 1)
        as pct_of_the_year
from assessments
group by la_code, financial_year, working_days
order by la_code, financial_year, working_days
