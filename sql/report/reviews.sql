-- What became of the child protection reviews due in the month, as known: how many were due, held
-- in time, of those recorded after they were due and of how many that is not known, held late, and
-- not held with a meeting booked and no held date.
with booked as (
    select plan_id, source_due_date
    from known_child_protection_review
    where held_date is null
    and not is_cancelled
)

select
    count(*) as due,
    coalesce(sum(due.is_in_time), 0) as in_time,
    count(case when due.is_in_time = 1 and due.is_recorded_by_due = 0 then 1 end) as recorded_late,
    count(case when due.is_in_time = 1 and due.is_recorded_by_due is null then 1 end)
        as recorded_unknown,
    count(case when obligation.done_date > obligation.due_date then 1 end) as late,
    count(
        case when obligation.done_date is null and obligation.closed_date is null
            and obligation.due_date < :known_on
            and exists (
                select 1 from booked
                where booked.plan_id = obligation.subject_id
                and booked.source_due_date between obligation.started_date and :known_on
            )
            then 1 end
    ) as awaiting
from due_in_month as due
join known_timescale_obligation as obligation
    on obligation.timescale = due.timescale
    and obligation.subject_id || '-' || cast(obligation.started_date as text) = due.subject_id
where due.timescale = 'child_protection_review'
and due.month = :month
