-- title: What was owed, and how it stood, on any day as known on any day
-- grain: one thing owed to one child by one date
-- Put two days, written as date '2014-10-31', in the place of
--   :on         the day whose status is asked; what starts or happens later is absent
--   :known_on   the day whose knowledge is asked: what the last extract up to it held
select
    la_code,
    timescale,
    subject_type,
    subject_id,
    sequence,
    child_key,
    team_key,
    timescale_key,
    started_date,
    due_date,
    allowance,
    case when done_date <= :on then done_date end as done_date,
    case when done_date <= :on then working_days_taken end as working_days_taken,
    case when done_date <= :on then days_taken end as days_taken,
    case when done_date <= :on then first_recorded_date end as first_recorded_date,
    case when done_date <= :on then not_recorded_before end as not_recorded_before,
    case when closed_date <= :on then closed_date end as closed_date,
    case
        when done_date <= :on
            then case when done_date <= due_date then 'in_time' else 'late' end
        when closed_date <= :on
            then case when closed_date <= due_date then 'ended_before_due' else 'not_done' end
        when :on <= due_date then 'not_due'
        else 'overdue'
    end as status,
    case
        when done_date <= :on and done_date > due_date then done_date - due_date
        when done_date <= :on or closed_date <= :on or :on <= due_date then null
        else :on - due_date
    end as days_late,
    -- done in time, and known to be recorded only after it was due; what was typed on its due day
    -- comes with the extract of the day after
    case
        when done_date <= :on and done_date <= due_date
        and coalesce(not_recorded_before, first_recorded_date) > due_date
            then 1
        else 0
    end as is_late_only_in_record
from warehouse.fact_timescale_obligation
where started_date <= :on
and known_from <= :known_on and :known_on < known_to
