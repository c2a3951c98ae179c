-- of: numerator of in_need_over_9_months
-- By how many months at the end of the month: a band begins with the day on which its first number
-- of months is full.
with still_open as (
    select case
        when referral.received_date > cast(months.month_end - interval '12 months' as date) then 1
        when referral.received_date > cast(months.month_end - interval '18 months' as date) then 2
        else 3
    end as place
    from counted_in_month as counted
    cross join months
    join known_referral as referral
        on referral.referral_id = counted.subject_id
    where counted.measure = 'in_need_over_9_months'
),

bands as (
    select *
    from (values
        (1, '9 to 12 months'),
        (2, '12 to 18 months'),
        (3, '18 months or more')
    ) as band (place, label)
)

select
    bands.label,
    count(still_open.place) as number,
    cast(null as bigint) as longest
from bands
left join still_open
    on still_open.place = bands.place
group by bands.place, bands.label
order by bands.place
