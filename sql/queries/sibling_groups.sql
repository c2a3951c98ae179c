-- title: Which families have two or more children open to the service, and how many workers
-- grain: a family with two or more children open at the last month's end
-- Team and worker are those who have each child now.
select
    open_child.la_code,
    open_child.family_key,
    count(*) as children,
    count(*) filter (where open_child.is_on_plan = 1) as on_a_plan,
    count(*) filter (where open_child.is_looked_after = 1) as looked_after,
    count(distinct open_child.allocated_worker_key)
        filter (where open_child.allocated_worker_key <> 0) as workers,
    count(distinct open_child.allocated_team_key)
        filter (where open_child.allocated_team_key <> 0) as teams
from report.child_month as open_child
join (
    select la_code, max(month_end) as month_end
    from report.child_month
    group by la_code
) as last_month
    on last_month.la_code = open_child.la_code
    and last_month.month_end = open_child.month_end
where open_child.family_key <> 0
group by open_child.la_code, open_child.family_key
having count(*) > 1
order by count(*) desc, open_child.family_key
