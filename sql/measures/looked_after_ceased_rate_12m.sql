-- title: Periods of care ended, rate over 12 months
-- definition: Periods of care that ended in the twelve months ending with the month, per 10,000 children aged 0 to 17. Short breaks are not counted.
-- unit: per_10000
-- better: neither
-- history: ends of looked_after_period.started_date to ended_date, over 12 months, unless is_short_break
-- counts: each child alone
-- looks_back: 11 months
-- citation: DfE looked after children return (SSDA903)
select
    months.month_start as month,
    period.child_key,
    period.team_key,
    period.looked_after_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_looked_after_period as period
    on period.ended_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = period.child_key
where not period.is_short_break
