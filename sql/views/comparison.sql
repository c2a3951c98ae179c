-- title: The latest figures beside target, comparators and earlier months
-- grain: an authority, a month and a measure
-- key: comparison_unique_id
-- column distance_pct: 100 * (value - target) / target: how far it is from the target, in percent of the target
-- column distance_points: value - target, of measures in percent
-- column england: the figure of England: of the month's financial year, else the latest before it
-- column england_year: the financial year of which that is
-- column statistical_neighbours: the figure of the statistical neighbours, by the same rule
-- column statistical_neighbours_year: the financial year of which that is
-- column previous_month: the value of the month before; empty where it may not be compared
-- column same_month_last_year: the value of twelve months before; empty where it may not be compared
-- column two_years_ago: the value of twenty-four months before; empty where it may not be compared
-- column awaiting_record: of measures of reviews: how many of what is not in time only lack their record
with comparators as (
    select
        la_code,
        measure,
        scope,
        financial_year,
        value
    from warehouse.dim_comparator
    where known_to = date '9999-12-31'
),

figures as (
    select
        current_measure.*,
        calendar.financial_year,
        -- of comparators the latest that was published for a year not after the month's
        (
            select max(comparators.financial_year)
            from comparators
            where comparators.la_code = current_measure.la_code
            and comparators.measure = current_measure.measure
            and comparators.scope = 'england'
            and comparators.financial_year <= calendar.financial_year
        ) as england_year,
        (
            select max(comparators.financial_year)
            from comparators
            where comparators.la_code = current_measure.la_code
            and comparators.measure = current_measure.measure
            and comparators.scope = 'statistical_neighbours'
            and comparators.financial_year <= calendar.financial_year
        ) as statistical_neighbours_year
    from report.current_measure as current_measure
    left join warehouse.dim_date as calendar
        on calendar.date = current_measure.month
),

-- of reviews due in the month and not in time, those of which a meeting is booked and no held date
-- is recorded: the record does not say whether they were held
awaiting as (
    select
        obligation.la_code,
        obligation.timescale,
        calendar.month_start as month,
        cast(sum(obligation.is_awaiting_record) as bigint) as awaiting_record
    from report.timescale_obligation as obligation
    join warehouse.dim_date as calendar
        on calendar.date = obligation.due_date
    where obligation.timescale in ('child_protection_review', 'looked_after_review')
    group by obligation.la_code, obligation.timescale, calendar.month_start
)

select
    figures.current_measure_unique_id as comparison_unique_id,
    figures.la_code,
    figures.month,
    figures.measure,
    figures.title,
    figures.unit,
    figures.better,
    figures.numerator,
    figures.denominator,
    figures.value,
    figures.target,
    figures.target_year,
    -- to six places: of the tenth two engines' divisions may differ
    cast(
        round(100.0 * (figures.value - figures.target) / nullif(figures.target, 0), 6)
        as decimal(28, 10)
    ) as distance_pct,
    cast(
        case when figures.unit = 'percent' then figures.value - figures.target end
        as decimal(28, 10)
    ) as distance_points,
    england.value as england,
    figures.england_year,
    neighbours.value as statistical_neighbours,
    figures.statistical_neighbours_year,
    -- what may not be compared is not known: null, never 0. (Figures of an earlier release do not
    -- say whether they may.)
    cast(
        case when coalesce(previous_month.is_comparable, 1) = 1 then previous_month.value end
        as decimal(28, 10)
    ) as previous_month,
    cast(
        case when coalesce(last_year.is_comparable, 1) = 1 then last_year.value end
        as decimal(28, 10)
    ) as same_month_last_year,
    cast(
        case when coalesce(two_years_ago.is_comparable, 1) = 1 then two_years_ago.value end
        as decimal(28, 10)
    ) as two_years_ago,
    figures.known_on,
    figures.comparable_from,
    figures.is_comparable,
    awaiting.awaiting_record
from figures
left join comparators as england
    on england.la_code = figures.la_code
    and england.measure = figures.measure
    and england.scope = 'england'
    and england.financial_year = figures.england_year
left join comparators as neighbours
    on neighbours.la_code = figures.la_code
    and neighbours.measure = figures.measure
    and neighbours.scope = 'statistical_neighbours'
    and neighbours.financial_year = figures.statistical_neighbours_year
left join report.current_measure as previous_month
    on previous_month.la_code = figures.la_code
    and previous_month.measure = figures.measure
    and previous_month.month = cast(figures.month - interval '1 month' as date)
left join report.current_measure as last_year
    on last_year.la_code = figures.la_code
    and last_year.measure = figures.measure
    and last_year.month = cast(figures.month - interval '12 months' as date)
left join report.current_measure as two_years_ago
    on two_years_ago.la_code = figures.la_code
    and two_years_ago.measure = figures.measure
    and two_years_ago.month = cast(figures.month - interval '24 months' as date)
left join awaiting
    on awaiting.la_code = figures.la_code
    and awaiting.month = figures.month
    and (
        figures.measure = awaiting.timescale || '_in_practice_pct'
        or (
            figures.measure = 'reviews_in_time_pct'
            and awaiting.timescale = 'child_protection_review'
        )
    )
