-- title: Periods of care ended
-- definition: Periods of care that ended in the month. A change of legal status or placement ends no period. Short breaks are not counted.
-- unit: count
-- better: neither
-- history: ends of looked_after_period.started_date to ended_date, unless is_short_break
-- counts: each child alone
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
    on period.ended_date between months.month_start and months.month_end
join children
    on children.child_key = period.child_key
where not period.is_short_break
