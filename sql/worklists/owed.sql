-- title: What is overdue at the last extract, and what is to be done by a day
-- grain: one thing owed to one child that is neither done nor ended
-- working_days_late: working days from the due date to the extract; of what is not overdue none
-- stands_on: the last working day by which it can be done in time, at a weekend the day before it
select
    owed.timescale,
    owed.started_date,
    owed.due_date,
    owed.is_overdue,
    owed.is_awaiting_record,
    case
        when owed.is_overdue = 1 then today.working_day_number - due.working_day_number
    end as working_days_late,
    stands_on.date as stands_on,
    owed.child_key,
    owed.family_key,
    case when :by_allocation = 1 then owed.allocated_team_key else owed.team_key end as team_key,
    case when :by_allocation = 1 then owed.allocated_worker_key else owed.worker_key end
        as worker_key
from report.timescale_obligation as owed
join report.date as today
    on today.date = owed.status_date
join report.date as due
    on due.date = owed.due_date
join report.date as stands_on
    on stands_on.working_day_number = due.working_day_number
    and stands_on.is_working_day = 1
where owed.la_code = :la_code
and (
    owed.status = 'overdue'
    or (owed.status = 'not_due' and stands_on.date <= :until)
)
