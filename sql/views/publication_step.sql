-- title: Known steps in measures, as the authority's file says them
-- grain: a known step in an authority's measure, from a month on
-- key: publication_step_unique_id
select
    step.la_code || '-' || step.measure || '-' || cast(step.month as text)
        as publication_step_unique_id,
    step.la_code,
    step.measure,
    calendar.date as month,
    step.reason,
    step.known_from as known_since
from warehouse.dim_publication_step as step
left join warehouse.dim_date as calendar
    on calendar.date = step.month
where step.known_to = date '9999-12-31'
