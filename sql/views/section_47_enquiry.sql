-- title: Section 47 enquiries
-- grain: an enquiry about a child
-- key: enquiry_unique_id
select
    enquiry.la_code || '-' || enquiry.enquiry_id as enquiry_unique_id,
    enquiry.la_code,
    enquiry.enquiry_id,
    enquiry.child_key,
    enquiry.family_key,
    enquiry.team_key,
    enquiry.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    enquiry.referral_id,
    enquiry.la_code || '-' || enquiry.referral_id as referral_unique_id,
    enquiry.started_date,
    enquiry.completed_date,
    enquiry.outcome,
    enquiry.known_from as known_since
from warehouse.fact_section_47_enquiry as enquiry
left join report.allocation as allocation
    on allocation.child_key = enquiry.child_key
where enquiry.known_to = date '9999-12-31'
