-- title: Periods of care started
-- definition: Periods of care that started in the month. A change of legal status or placement starts no new period. Short breaks are not counted, nor are periods whose start is not known.
-- unit: count
-- better: neither
-- history: starts of looked_after_period.started_date to ended_date, unless is_short_break
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
    on period.started_date between months.month_start and months.month_end
join children
    on children.child_key = period.child_key
where not period.is_short_break
and coalesce(period.is_start_known, true)
