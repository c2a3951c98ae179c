-- title: Looked after children in the same placement for 2 years or more
-- definition: Of the children under 16 who at the end of the month had been looked after for 2 and a half years or more, in one period of care, the share in a placement that had lasted 2 calendar years or more. Age is told by the month of birth; children without one are left out. Temporary moves (T0 to T4) are no placements; each other record of a placement is one, also where a child stays with the same carer.
-- unit: percent
-- better: higher
-- history: stock of looked_after_period.started_date to ended_date, after 30 months, unless is_short_break
-- counts: each child alone
-- citation: DfE children looked after statistics (SSDA903), placement stability
with settled as (
    select distinct months.month_start, placement.child_key
    from months
    join placements_in_care as placement
        on cast(placement.started_date + interval '2 years' as date) <= months.month_end
        and (placement.ended_date is null or placement.ended_date > months.month_end)
)

-- a child with two such periods at once counts once, under the later one
select distinct on (months.month_start, period.child_key)
    months.month_start as month,
    period.child_key,
    period.team_key,
    period.looked_after_id as subject_id,
    case when settled.child_key is not null then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_looked_after_period as period
    on cast(period.started_date + interval '30 months' as date) <= months.month_end
    and (period.ended_date is null or period.ended_date > months.month_end)
join described_children as child
    on child.child_key = period.child_key
    and child.birth_month > cast(months.month_start - interval '16 years' as date)
    and (child.died_date is null or child.died_date > months.month_end)
left join settled
    on settled.month_start = months.month_start
    and settled.child_key = period.child_key
where not period.is_short_break
order by
    months.month_start,
    period.child_key,
    period.started_date desc,
    period.looked_after_id desc
