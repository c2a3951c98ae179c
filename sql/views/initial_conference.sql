-- title: Initial child protection conferences
-- grain: a child at an initial conference
-- key: initial_conference_unique_id
select
    conference.la_code || '-' || conference.conference_id as initial_conference_unique_id,
    conference.la_code,
    conference.conference_id,
    conference.child_key,
    conference.family_key,
    conference.team_key,
    conference.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    conference.enquiry_id,
    conference.la_code || '-' || conference.enquiry_id as section_47_enquiry_unique_id,
    conference.meeting_id,
    due_day.date as due_date,
    conference.held_date,
    cast(conference.is_transfer_in as integer) as is_transfer_in,
    cast(conference.is_cancelled as integer) as is_cancelled,
    conference.outcome,
    conference.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when conference.not_counted_reason is null then 1 else 0 end as is_counted,
    conference.not_counted_reason
from (
    select
        conference.*,
        case
            when child.is_merged then 'merged child'
            when conference.is_cancelled then 'cancelled'
            when conference.is_transfer_in then 'transfer in'
            when conference.held_date is null then 'not held'
            when enquiry.enquiry_id is null then 'no enquiry of the child'
            -- of those held of one enquiry the first is the initial conference
            when row_number() over (
                partition by
                    conference.la_code,
                    conference.enquiry_id,
                    enquiry.enquiry_id is null,
                    conference.is_cancelled or conference.is_transfer_in,
                    conference.held_date is null
                order by conference.held_date, conference.conference_id
            ) > 1 then 'reconvened'
        end as not_counted_reason
    from warehouse.fact_initial_conference as conference
    left join warehouse.dim_child as child
        on child.child_key = conference.child_key
        and child.known_to = date '9999-12-31'
    left join warehouse.fact_section_47_enquiry as enquiry
        on enquiry.la_code = conference.la_code
        and enquiry.enquiry_id = conference.enquiry_id
        and enquiry.child_key = conference.child_key
        and enquiry.known_to = date '9999-12-31'
    where conference.known_to = date '9999-12-31'
) as conference
left join warehouse.dim_date as due_day
    on due_day.date = conference.due_date
left join report.allocation as allocation
    on allocation.allocated_child_key = conference.child_key
where conference.known_to = date '9999-12-31'
