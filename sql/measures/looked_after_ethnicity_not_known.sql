-- title: Children looked after whose ethnicity is not known
-- definition: Children looked after at the end of the month whose ethnicity is not known or was refused: those that are in no ethnic group's figure.
-- unit: count
-- better: lower
-- history: stock of looked_after_period.started_date to ended_date, unless is_short_break
-- counts: each child alone
-- citation: DfE looked after children return (SSDA903)

-- a child with two periods at once counts once, under the later one
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
join described_children as child
    on child.child_key = period.child_key
    and child.ethnic_group in ('refused', 'not known')
    and (child.died_date is null or child.died_date > months.month_end)
where not period.is_short_break
order by
    months.month_start,
    period.child_key,
    period.started_date desc,
    period.looked_after_id desc
