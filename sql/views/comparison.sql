-- title: The latest figures beside target, comparators and earlier months
-- grain: an authority, a month and a measure
-- key: comparison_unique_id
with comparators as (
    select
        la_code,
        measure,
        financial_year,
        max(case when scope = 'england' then value end) as england,
        max(case when scope = 'statistical_neighbours' then value end) as statistical_neighbours
    from warehouse.dim_comparator
    where known_to = date '9999-12-31'
    group by la_code, measure, financial_year
)

select
    current_measure.current_measure_unique_id as comparison_unique_id,
    current_measure.la_code,
    current_measure.month,
    current_measure.measure,
    current_measure.value,
    current_measure.target,
    100 * (current_measure.value - current_measure.target)
        / nullif(current_measure.target, 0) as distance_pct,
    comparators.england,
    comparators.statistical_neighbours,
    previous_month.value as previous_month,
    last_year.value as same_month_last_year
from report.current_measure as current_measure
left join warehouse.dim_date as calendar
    on calendar.date = current_measure.month
left join comparators
    on comparators.la_code = current_measure.la_code
    and comparators.measure = current_measure.measure
    and comparators.financial_year = calendar.financial_year
left join report.current_measure as previous_month
    on previous_month.la_code = current_measure.la_code
    and previous_month.measure = current_measure.measure
    and previous_month.month = cast(current_measure.month - interval '1 month' as date)
left join report.current_measure as last_year
    on last_year.la_code = current_measure.la_code
    and last_year.measure = current_measure.measure
    and last_year.month = cast(current_measure.month - interval '12 months' as date)
