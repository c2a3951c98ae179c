-- title: What a measure counted in a month, with what was owed
-- grain: a thing in the temporary table counted_subject
-- Of several things owed on one subject, such as a plan's visits, it is the one owed last by the month's end.
with counted_on as (
    -- on what it is owed, where the measure counts just that
    select
        counted.subject_id,
        counted.child_key,
        case
            when :timescale not in ('initial_conference', 'looked_after_visit')
                then counted.subject_id
        end as owed_on
    from counted_subject as counted
    union all
    -- a conference is owed on the enquiry, and may have the number of another one
    select
        counted.subject_id,
        counted.child_key,
        conference.enquiry_id as owed_on
    from counted_subject as counted
    join report.initial_conference as conference
        on conference.la_code = :la_code
        and conference.conference_id = counted.subject_id
    where :timescale = 'initial_conference'
    union all
    -- a visit is owed on the placement, of which a period of care may have several
    select
        counted.subject_id,
        counted.child_key,
        placement.placement_id as owed_on
    from counted_subject as counted
    join report.placement as placement
        on placement.la_code = :la_code
        and placement.looked_after_id = counted.subject_id
    where :timescale = 'looked_after_visit'
),

owed as (
    select
        counted_on.subject_id,
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
            partition by counted_on.subject_id order by owed.started_date desc, owed.sequence desc
        ) as place
    from counted_on
    join report.timescale_obligation as owed
        on owed.la_code = :la_code
        and owed.timescale = :timescale
        and owed.started_date <= :last
        and owed.child_key = counted_on.child_key
        and (
            owed.subject_id = counted_on.owed_on
            -- what fell due in a month is told apart by the start of its clock
            or owed.subject_id || '-' || cast(owed.started_date as text) = counted_on.subject_id
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
