-- title: Looked after children with a review overdue
-- definition: Children looked after at the end of the month whose review had not been held although its due date had passed. A child counts once.
-- unit: count
-- better: lower
-- history: stock of looked_after_period.started_date to ended_date, unless is_short_break
-- counts: each child alone
-- citation: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33

-- a child with two overdue reviews counts once, under the later period
select distinct on (months.month_start, period.child_key)
    months.month_start as month,
    period.child_key,
    period.team_key,
    period.looked_after_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_looked_after_period as period
    on period.started_date <= months.month_end
    and (period.ended_date is null or period.ended_date > months.month_end)
join children
    on children.child_key = period.child_key
    and (children.died_date is null or children.died_date > months.month_end)
join known_timescale_obligation as obligation
    on obligation.subject_id = period.looked_after_id
    and obligation.timescale = 'looked_after_review'
    and obligation.started_date <= months.month_end
    and obligation.due_date < months.month_end
    and (obligation.done_date is null or obligation.done_date > months.month_end)
    and (obligation.closed_date is null or obligation.closed_date > months.month_end)
where not period.is_short_break
order by
    months.month_start,
    period.child_key,
    period.started_date desc,
    period.looked_after_id desc
