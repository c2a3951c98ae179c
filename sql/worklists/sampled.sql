-- title: What a measure counted in a month, with what was owed
-- grain: a thing in the temporary table counted_subject
-- Of several things owed on one subject, such as a plan's visits, it is the one owed last by the month's end.
with owed as (
    select
        counted.subject_id,
        owed.due_date,
        owed.done_date,
        owed.family_key,
        owed.worker_key,
        case
            when owed.status in ('late', 'overdue') then 'practice'
            when owed.is_late_only_in_record = 1 then 'record'
        end as late_in,
        case
            when owed.status = 'late' then done.working_day_number - due.working_day_number
            when owed.status = 'overdue' then today.working_day_number - due.working_day_number
        end as working_days_late,
        row_number() over (
            partition by counted.subject_id order by owed.started_date desc, owed.sequence desc
        ) as place
    from counted_subject as counted
    join report.timescale_obligation as owed
        on owed.la_code = :la_code
        and owed.timescale = :timescale
        and owed.started_date <= :last
        and counted.subject_id in (
            owed.subject_id, owed.subject_id || '-' || cast(owed.started_date as text)
        )
    join report.date as due
        on due.date = owed.due_date
    join report.date as today
        on today.date = owed.status_date
    left join report.date as done
        on done.date = owed.done_date
)

select
    counted.subject_id,
    owed.due_date,
    owed.done_date,
    owed.late_in,
    owed.working_days_late,
    counted.child_key,
    coalesce(owed.family_key, 0) as family_key,
    counted.team_key,
    coalesce(owed.worker_key, 0) as worker_key
from counted_subject as counted
left join owed
    on owed.subject_id = counted.subject_id
    and owed.place = 1
