-- title: The latest figures, for dashboards
-- grain: an authority, a month and a measure
-- key: current_measure_unique_id
select
    monthly.la_code || '-' || cast(monthly.month as text)
        || '-' || monthly.measure as current_measure_unique_id,
    monthly.la_code,
    monthly.month,
    monthly.measure,
    measure.title,
    measure.unit,
    measure.better,
    monthly.numerator,
    monthly.denominator,
    monthly.value,
    target.value as target,
    monthly.known_on
from report.monthly_measure as monthly
left join report.measure as measure
    on measure.measure = monthly.measure
left join warehouse.dim_date as calendar
    on calendar.date = monthly.month
left join warehouse.dim_target as target
    on target.la_code = monthly.la_code
    and target.measure = monthly.measure
    and target.financial_year = calendar.financial_year
    and target.known_to = date '9999-12-31'
where monthly.label = 'latest'
