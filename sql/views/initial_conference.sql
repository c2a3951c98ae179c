-- title: Initial child protection conferences
-- grain: a child at an initial conference
-- key: conference_unique_id
select
    conference.la_code || '-' || conference.conference_id as conference_unique_id,
    conference.la_code,
    conference.conference_id,
    conference.child_key,
    conference.family_key,
    conference.team_key,
    conference.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    conference.enquiry_id,
    conference.la_code || '-' || conference.enquiry_id as enquiry_unique_id,
    conference.meeting_id,
    conference.due_date,
    conference.held_date,
    conference.is_transfer_in,
    conference.is_cancelled,
    conference.outcome,
    conference.known_from as known_since
from warehouse.fact_initial_conference as conference
left join report.allocation as allocation
    on allocation.child_key = conference.child_key
where conference.known_to = date '9999-12-31'
