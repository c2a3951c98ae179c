-- title: What is due in the next ten working days, and whose it is
-- grain: one thing owed to one child that is neither done nor overdue, and due by the tenth working day after the last extract
select
    due_soon.la_code,
    due_soon.due_date,
    due_soon.working_days_left,
    team.name as team,
    due_soon.allocated_worker_key as worker_key,
    due_soon.timescale_title,
    due_soon.subject_id,
    due_soon.child_key
from report.due_soon as due_soon
join report.team as team
    on team.team_key = due_soon.allocated_team_key
where due_soon.is_overdue = 0
order by due_soon.la_code, due_soon.place
