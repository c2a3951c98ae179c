-- title: Which initial conferences were late, or are overdue
-- grain: a section 47 enquiry whose conference was held late, or is not held and overdue
select
    owed.la_code,
    owed.subject_id as enquiry_id,
    owed.child_key,
    team.name as team,
    owed.worker_key,
    owed.started_date,
    owed.due_date,
    owed.done_date as held_date,
    owed.working_days_taken,
    owed.days_late,
    owed.status
from report.timescale_obligation as owed
join report.team as team
    on team.team_key = owed.team_key
where owed.timescale = 'initial_conference'
and owed.status in ('late', 'overdue')
order by owed.due_date desc, owed.subject_id
