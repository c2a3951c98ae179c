-- What measures count as not in time, or as overdue, although the record does not say so: a review
-- is booked, and nobody entered whether it was held. By measure and month, how many.
with booked as (
    select
        'child_protection_review' as timescale,
        plan_id as subject_id,
        source_due_date
    from known_child_protection_review
    where held_date is null
    and not is_cancelled
    union all
    select
        'looked_after_review' as timescale,
        looked_after_id as subject_id,
        source_due_date
    from known_looked_after_review
    where held_date is null
    and not is_cancelled
),

awaiting as (
    select distinct
        obligation.timescale,
        obligation.subject_id,
        obligation.started_date,
        obligation.due_date
    from known_timescale_obligation as obligation
    join booked
        on booked.timescale = obligation.timescale
        and booked.subject_id = obligation.subject_id
        and booked.source_due_date between obligation.started_date and :known_on
    where obligation.due_date < :known_on
    and obligation.done_date is null
    and obligation.closed_date is null
)

select measures.measure, due.month, count(*) as awaiting
from due_in_month as due
join awaiting
    on awaiting.timescale = due.timescale
    and awaiting.subject_id || '-' || cast(awaiting.started_date as text) = due.subject_id
join (values
    ('reviews_in_time_pct', 'child_protection_review'),
    ('child_protection_review_in_practice_pct', 'child_protection_review'),
    ('looked_after_review_in_practice_pct', 'looked_after_review')
) as measures (measure, timescale)
    on measures.timescale = due.timescale
where due.is_in_time = 0
group by measures.measure, due.month
union all
select counted.measure, counted.month, count(distinct counted.subject_id) as awaiting
from counted
join months
    on months.month_start = counted.month
join awaiting
    on awaiting.timescale = 'child_protection_review'
    and awaiting.subject_id = counted.subject_id
    and awaiting.due_date >= cast(months.month_start - interval '11 months' as date)
    and awaiting.due_date < months.month_end
where counted.measure = 'plans_reviewed_in_time_pct'
and counted.in_numerator = 0
group by counted.measure, counted.month
union all
select counted.measure, counted.month, count(distinct counted.subject_id) as awaiting
from counted
join months
    on months.month_start = counted.month
join awaiting
    on awaiting.timescale = 'looked_after_review'
    and awaiting.subject_id = counted.subject_id
    and awaiting.due_date < months.month_end
where counted.measure = 'looked_after_reviews_overdue'
group by counted.measure, counted.month
