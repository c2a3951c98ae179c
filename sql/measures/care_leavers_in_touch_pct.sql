-- title: Care leavers with whom the authority is in touch
-- definition: Of the young people of 17 to 21 who are relevant or former relevant children, at the end of the month, the share with whom the latest contact on record by then was made: in touch. Age is told by the month of birth. Those who the latest contact says have died or are home with their parents are left out. The source dates no entitlement: it is today's, in every month.
-- unit: percent
-- better: higher
-- history: events of care_leaver.contacted_date, over 12 months
-- counts: each child alone
-- looks_back: 11 months
-- citation: DfE looked after children return (SSDA903), care leavers; Children (Leaving Care) Act 2000
with entitled as (
    -- of several entitlements of a child that of the highest id
    select distinct on (entitlement.child_key)
        entitlement.child_key,
        entitlement.team_key,
        entitlement.eligibility_id,
        entitlement.eligibility
    from known_care_leaver_eligibility as entitlement
    order by
        entitlement.child_key,
        length(entitlement.eligibility_id) desc,
        entitlement.eligibility_id desc
),

latest as (
    select distinct on (months.month_start, contact.child_key)
        months.month_start,
        contact.child_key,
        contact.in_touch,
        contact.is_suitable
    from months
    join known_care_leaver as contact
        on contact.contacted_date <= months.month_end
    order by
        months.month_start,
        contact.child_key,
        contact.contacted_date desc,
        length(contact.care_leaver_id) desc,
        contact.care_leaver_id desc
)

select
    months.month_start as month,
    entitled.child_key,
    entitled.team_key,
    entitled.eligibility_id as subject_id,
    case when latest.in_touch = 'YES' then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
cross join entitled
join described_children as child
    on child.child_key = entitled.child_key
    and child.birth_month <= cast(months.month_start - interval '17 years' as date)
    and child.birth_month > cast(months.month_start - interval '22 years' as date)
    and (child.died_date is null or child.died_date > months.month_end)
left join latest
    on latest.month_start = months.month_start
    and latest.child_key = entitled.child_key
where entitled.eligibility in ('relevant', 'former_relevant')
and coalesce(latest.in_touch, '') not in ('DIED', 'RHOM')
