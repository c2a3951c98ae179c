-- title: Which reviews were booked, are past, and may only lack their record
-- grain: a review that is overdue and for which a meeting is booked without a held date
-- Whoever has the child enters the date on which it was held, or books another: then it is known
-- whether it was in time.
select
    owed.la_code,
    team.name as team,
    owed.allocated_worker_key as worker_key,
    owed.timescale_title,
    owed.subject_id,
    owed.child_key,
    owed.due_date,
    owed.days_late
from report.timescale_obligation as owed
join report.team as team
    on team.team_key = owed.allocated_team_key
where owed.is_awaiting_record = 1
order by owed.la_code, team.name, owed.due_date, owed.timescale_title, owed.subject_id
