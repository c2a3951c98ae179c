-- of: others of visits_in_time_pct
-- By how many working days at the end of the month; one that fell due on a day off is one day late
-- on the first working day after it.
with past_due as (
    select
        greatest(last_day.working_day_number - due.working_day_number, 1) as working_days_late
    from counted_in_month as counted
    cross join months
    join known_timescale_obligation as obligation
        on obligation.subject_id = counted.subject_id
        and obligation.timescale = 'child_protection_visit'
        and obligation.started_date <= months.month_end
        and (obligation.done_date is null or obligation.done_date > months.month_end)
        and (obligation.closed_date is null or obligation.closed_date > months.month_end)
    join warehouse.dim_date as last_day
        on last_day.date = months.month_end
    join warehouse.dim_date as due
        on due.date = obligation.due_date
    where counted.measure = 'visits_in_time_pct'
    and counted.in_numerator = 0
),

bands as (
    select *
    from (values
        (1, '1 to 5 working days past due', 1, 5),
        (2, '6 to 10', 6, 10),
        (3, '11 or more', 11, 100000)
    ) as band (place, label, least, most)
)

select
    bands.label,
    count(past_due.working_days_late) as number,
    max(past_due.working_days_late) as longest
from bands
left join past_due
    on past_due.working_days_late between bands.least and bands.most
group by bands.place, bands.label
order by bands.place
