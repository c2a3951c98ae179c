-- title: What is overdue now, by team and worker
-- grain: a team, a worker and a timescale under which something of their children's is overdue; 0 stands for a worker who is not recorded
-- As at the last extract. Team and worker are those who have the child now.
select
    owed.la_code,
    team.name as team,
    owed.allocated_worker_key as worker_key,
    owed.timescale_title,
    count(*) as overdue,
    count(*) filter (where owed.is_awaiting_record = 1) as of_these_awaiting_a_record,
    min(owed.due_date) as oldest_due_date,
    max(owed.days_late) as most_days_late
from report.timescale_obligation as owed
join report.team as team
    on team.team_key = owed.allocated_team_key
where owed.is_overdue = 1
group by owed.la_code, team.name, owed.allocated_worker_key, owed.timescale_title
order by owed.la_code, team.name, owed.allocated_worker_key, owed.timescale_title
