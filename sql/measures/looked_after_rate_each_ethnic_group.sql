-- title: Children looked after, rate, ethnic group {ethnic_group}
-- definition: Children of the ethnic group {ethnic_group} looked after at the end of the month, per 10,000 children aged 0 to 17 of that group. Children in short breaks only are not counted. Children whose ethnicity is not known or was refused are in no group's figure. It has no value where the authority's file gives no population of the group.
-- unit: per_10000
-- better: neither
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
    and child.ethnic_group = :ethnic_group
    and (child.died_date is null or child.died_date > months.month_end)
where not period.is_short_break
order by
    months.month_start,
    period.child_key,
    period.started_date desc,
    period.looked_after_id desc
