-- What fell due in each month, judged at the end of its last day: not done by then is not in time,
-- and what ended by its due day without being done is left out. One row for each, of every
-- timescale. is_recorded_by_due: whether it is known that its doing was recorded by the due day (1)
-- or later (0); empty where that is not known. An extract holds what was typed by the day before.
select
    months.month_start as month,
    obligation.timescale,
    obligation.child_key,
    obligation.team_key,
    -- one subject may owe several in a month: the clock's start tells them apart, also when
    -- one before them comes or goes
    obligation.subject_id || '-' || cast(obligation.started_date as text) as subject_id,
    case when obligation.done_date <= obligation.due_date then 1 else 0 end as is_in_time,
    case
        -- the source's own recording date
        when obligation.first_recorded_date is not null and obligation.not_recorded_before is null
            then case when obligation.first_recorded_date <= obligation.due_date then 1 else 0 end
        -- else the first extract that held it, which is the first of all where none is named
        when coalesce(obligation.first_recorded_date, first_extract.extract_date)
            <= obligation.due_date + 1
            then 1
        -- the extract before that one was after the due day, and did not hold it
        when obligation.not_recorded_before > obligation.due_date then 0
    end as is_recorded_by_due
from months
join known_timescale_obligation as obligation
    -- by one value: by days from and to, each month would look for them anew
    on months.month_start
    = obligation.due_date - cast(extract(day from obligation.due_date) as integer) + 1
join children
    on children.child_key = obligation.child_key
cross join first_extract
where obligation.done_date <= months.month_end
or obligation.closed_date is null
or obligation.closed_date > obligation.due_date
