-- title: What is overdue, and what is due within ten working days
-- grain: one thing owed to one child, not done and due by the tenth working day after the last extract
-- key: due_soon_unique_id
-- rows of: timescale_obligation
-- column working_days_left: working days from the last extract to the due date; empty where it is overdue
-- column place: the order of the diary within the authority: the overdue ones first, then by due date
with tenth_working_day as (
    select
        last_extract.la_code,
        min(later.date) as date
    from report.last_extract as last_extract
    join warehouse.dim_date as today
        on today.date = last_extract.extract_date
    join warehouse.dim_date as later
        on later.is_working_day
        and later.working_day_number = today.working_day_number + 10
    group by last_extract.la_code
)

select
    owed.obligation_unique_id as due_soon_unique_id,
    owed.la_code,
    owed.timescale_key,
    owed.timescale,
    owed.timescale_title,
    owed.subject_type,
    owed.subject_id,
    owed.child_key,
    owed.family_key,
    owed.allocated_team_key,
    owed.allocated_worker_key,
    owed.started_date,
    owed.due_date,
    owed.status_date,
    owed.is_overdue,
    owed.is_awaiting_record,
    owed.days_late,
    case
        when owed.is_overdue = 0
            then due.working_day_number - today.working_day_number
    end as working_days_left,
    -- by which the overdue ones come first, then by the day
    row_number() over (
        partition by owed.la_code
        order by owed.is_overdue desc, owed.due_date, owed.timescale, owed.subject_id
    ) as place
from report.timescale_obligation as owed
join tenth_working_day
    on tenth_working_day.la_code = owed.la_code
    and tenth_working_day.date >= owed.due_date
left join warehouse.dim_date as due
    on due.date = owed.due_date
left join warehouse.dim_date as today
    on today.date = owed.status_date
where owed.status in ('not_due', 'overdue')
