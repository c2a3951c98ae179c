-- title: The latest figures, for dashboards
-- grain: an authority, a month and a measure
-- key: current_measure_unique_id
with with_years as (
    select
        monthly.*,
        calendar.financial_year,
        -- the target of the month's year, else of the latest year before it
        (
            select max(target.financial_year)
            from warehouse.dim_target as target
            where target.la_code = monthly.la_code
            and target.measure = monthly.measure
            and target.financial_year <= calendar.financial_year
            and target.known_to = date '9999-12-31'
        ) as target_year
    from report.monthly_measure as monthly
    left join warehouse.dim_date as calendar
        on calendar.date = monthly.month
    where monthly.label = 'latest'
)

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
    monthly.target_year,
    history.comparable_from,
    monthly.is_comparable,
    monthly.known_on
from with_years as monthly
left join report.measure as measure
    on measure.measure = monthly.measure
left join report.measure_history as history
    on history.la_code = monthly.la_code
    and history.measure = monthly.measure
left join warehouse.dim_target as target
    on target.la_code = monthly.la_code
    and target.measure = monthly.measure
    and target.financial_year = monthly.target_year
    and target.known_to = date '9999-12-31'
