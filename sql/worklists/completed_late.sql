-- title: What was completed late in a month, in practice or in the record alone
-- grain: one thing that was owed to one child, done in the month
-- late_in: practice: done after it was due; record: done in time, and recorded after it was due
-- working_days_late: from the due date to the day it was done, or recorded
select
    owed.timescale,
    owed.due_date,
    owed.done_date,
    case when owed.is_late = 1 then 'practice' else 'record' end as late_in,
    done.working_day_number - due.working_day_number as working_days_late,
    owed.child_key,
    owed.family_key,
    case when :by_allocation = 1 then owed.allocated_team_key else owed.team_key end as team_key,
    case when :by_allocation = 1 then owed.allocated_worker_key else owed.worker_key end
        as worker_key
from report.timescale_obligation as owed
join report.date as due
    on due.date = owed.due_date
join report.date as done
    on done.date = case when owed.is_late = 1 then owed.done_date else owed.first_recorded_date end
where owed.la_code = :la_code
and owed.done_date between :first and :last
and (owed.is_late = 1 or owed.is_late_only_in_record = 1)
