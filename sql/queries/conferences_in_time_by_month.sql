-- title: How many initial conferences were held in time, month by month
-- grain: a month
-- As the measure counts them; late_conferences.sql names the late ones.
select
    la_code,
    month,
    denominator as held,
    numerator as in_time,
    denominator - numerator as late,
    round(100.0 * numerator / nullif(denominator, 0), 1) as in_time_pct,
    target,
    england,
    statistical_neighbours,
    is_comparable
from report.comparison
where measure = 'initial_conferences_in_time_pct'
order by la_code, month
