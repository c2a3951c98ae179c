-- title: What each latest figure of the last 13 months counts, one by one
-- grain: a thing that a measure counts in a month
-- key: measure_subject_unique_id
-- column child_key: the child that it is about, or stands for; 0: not known
-- column team_key: the team that it is counted for; 0: not known
-- column in_numerator: 1: it is counted; 0: it is not, and is only one of those it is a share of
-- column in_denominator: 1: it is one of those of which a share is counted; empty for counts
select
    counted.la_code || '-' || cast(counted.month as text)
        || '-' || counted.measure || '-' || counted.subject_id as measure_subject_unique_id,
    -- of the figure that counts it
    counted.la_code || '-' || cast(counted.month as text) || '-' || counted.measure
        as current_measure_unique_id,
    counted.la_code,
    counted.month,
    counted.measure,
    counted.subject_id,
    counted.child_key,
    counted.team_key,
    counted.in_numerator,
    counted.in_denominator
from report.latest_subject as counted
join report.last_extract as last_extract
    on last_extract.la_code = counted.la_code
join warehouse.dim_date as calendar
    on calendar.date = last_extract.extract_date
-- this month and the same one last year: what people look at
where counted.month >= cast(calendar.month_start - interval '13 months' as date)
