-- title: Section 47 enquiries
-- grain: an enquiry about a child
-- key: section_47_enquiry_unique_id
select
    enquiry.la_code || '-' || enquiry.enquiry_id as section_47_enquiry_unique_id,
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
    enquiry.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when enquiry.not_counted_reason is null then 1 else 0 end as is_counted,
    enquiry.not_counted_reason
from (
    select
        enquiry.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_section_47_enquiry as enquiry
    left join warehouse.dim_child as child
        on child.child_key = enquiry.child_key
        and child.known_to = date '9999-12-31'
) as enquiry
left join report.allocation as allocation
    on allocation.allocated_child_key = enquiry.child_key
where enquiry.known_to = date '9999-12-31'
