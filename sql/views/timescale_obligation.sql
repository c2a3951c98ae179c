-- title: What is owed to children, and whether it was done in time
-- grain: one thing owed to one child by one date, as at the last extract
-- key: obligation_unique_id
-- column team_key: the team that had the child on the due date, or has it now where that is still to come; 0: not known
-- column worker_key: the worker who had the child on the due date, or has it now where that is still to come; 0: not known
-- column status: in_time, late, overdue, not_due, not_done or ended_before_due, as at the last extract
-- column is_due: 1: judged: in time, late, overdue or not done; the sum of it divides the others
-- column is_in_time: 1: done by its due date
-- column is_late: 1: done after its due date
-- column is_late_only_in_record: 1: done in time, and known to be recorded only after it was due
with obligations as (
    -- what starts after the last extract is not owed yet
    select
        obligation.*,
        last_extract.extract_date,
        case
            when obligation.done_date <= last_extract.extract_date
                then case
                    when obligation.done_date <= obligation.due_date then 'in_time'
                    else 'late'
                end
            when obligation.closed_date <= last_extract.extract_date
                then case
                    when obligation.closed_date <= obligation.due_date then 'ended_before_due'
                    else 'not_done'
                end
            when last_extract.extract_date <= obligation.due_date then 'not_due'
            else 'overdue'
        end as status
    from warehouse.fact_timescale_obligation as obligation
    join report.last_extract as last_extract
        on last_extract.la_code = obligation.la_code
        and last_extract.extract_date >= obligation.started_date
    where obligation.known_to = date '9999-12-31'
),

reviews_without_record as (
    -- booked, and perhaps held, but no held date is recorded
    select
        'child_protection_review' as timescale,
        la_code,
        plan_id as subject_id,
        source_due_date
    from warehouse.fact_child_protection_review
    where known_to = date '9999-12-31'
    and held_date is null
    and not coalesce(is_cancelled, false)
    union all
    select
        'looked_after_review' as timescale,
        la_code,
        looked_after_id as subject_id,
        source_due_date
    from warehouse.fact_looked_after_review
    where known_to = date '9999-12-31'
    and held_date is null
    and not coalesce(is_cancelled, false)
),

obligations_awaiting_record as (
    select distinct
        obligations.la_code,
        obligations.timescale,
        obligations.subject_id,
        obligations.sequence
    from obligations
    join reviews_without_record as review
        on review.la_code = obligations.la_code
        and review.timescale = obligations.timescale
        and review.subject_id = obligations.subject_id
        and review.source_due_date between obligations.started_date and obligations.extract_date
    where obligations.status = 'overdue'
)

select
    obligations.la_code || '-' || obligations.timescale || '-' || obligations.subject_id
        || '-' || cast(obligations.sequence as text) as obligation_unique_id,
    obligations.la_code,
    obligations.timescale_key,
    obligations.timescale,
    timescale.title as timescale_title,
    obligations.subject_type,
    obligations.subject_id,
    -- what it is owed on, one of these: by them the views relate
    case when obligations.subject_type = 'child_in_need_plan'
        then obligations.la_code || '-' || obligations.subject_id end as child_in_need_plan_unique_id,
    case when obligations.subject_type = 'child_protection_plan'
        then obligations.la_code || '-' || obligations.subject_id end as child_protection_plan_unique_id,
    case when obligations.subject_type = 'looked_after_period'
        then obligations.la_code || '-' || obligations.subject_id end as looked_after_period_unique_id,
    case when obligations.subject_type = 'placement'
        then obligations.la_code || '-' || obligations.subject_id end as placement_unique_id,
    case when obligations.subject_type = 'referral'
        then obligations.la_code || '-' || obligations.subject_id end as referral_unique_id,
    case when obligations.subject_type = 'section_47_enquiry'
        then obligations.la_code || '-' || obligations.subject_id end as section_47_enquiry_unique_id,
    case when obligations.subject_type = 'single_assessment'
        then obligations.la_code || '-' || obligations.subject_id end as single_assessment_unique_id,
    obligations.sequence,
    obligations.child_key,
    obligations.family_key,
    obligations.team_key,
    obligations.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    obligations.meeting_id,
    obligations.started_date,
    obligations.due_date,
    obligations.allowance,
    obligations.done_date,
    obligations.closed_date,
    obligations.first_recorded_date,
    obligations.not_recorded_before,
    obligations.working_days_taken,
    obligations.days_taken,
    obligations.extract_date as status_date,
    obligations.status,
    case obligations.status
        when 'late' then obligations.done_date - obligations.due_date
        when 'overdue' then obligations.extract_date - obligations.due_date
    end as days_late,
    case
        when obligations.status in ('in_time', 'late', 'overdue', 'not_done') then 1
        else 0
    end as is_due,
    case when obligations.status = 'in_time' then 1 else 0 end as is_in_time,
    case when obligations.status = 'late' then 1 else 0 end as is_late,
    -- done in time, and known to be recorded only after it was due: late in the record alone; what
    -- was typed on its due day comes with the extract of the day after
    case
        when obligations.status = 'in_time'
        and coalesce(obligations.not_recorded_before, obligations.first_recorded_date)
            > obligations.due_date
            then 1
        else 0
    end as is_late_only_in_record,
    case when obligations.status = 'overdue' then 1 else 0 end as is_overdue,
    case when awaiting.subject_id is not null then 1 else 0 end as is_awaiting_record,
    obligations.known_from as known_since,
    -- what the measures do not count owes nothing
    1 as is_counted,
    cast(null as text) as not_counted_reason
from obligations
left join warehouse.dim_timescale as timescale
    on timescale.timescale_key = obligations.timescale_key
    and timescale.known_to = date '9999-12-31'
left join obligations_awaiting_record as awaiting
    on awaiting.la_code = obligations.la_code
    and awaiting.timescale = obligations.timescale
    and awaiting.subject_id = obligations.subject_id
    and awaiting.sequence = obligations.sequence
left join report.allocation as allocation
    on allocation.allocated_child_key = obligations.child_key
