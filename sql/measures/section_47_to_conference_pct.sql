-- title: Section 47 enquiries that led to an initial conference
-- definition: Of the section 47 enquiries completed in the month, the share whose outcome is an initial child protection conference.
-- unit: percent
-- better: neither
-- history: ends of section_47_enquiry.started_date to completed_date
-- counts: each child alone
-- citation: DfE children in need census
select
    months.month_start as month,
    enquiry.child_key,
    enquiry.team_key,
    enquiry.enquiry_id as subject_id,
    case when enquiry.outcome = 'initial_conference' then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_section_47_enquiry as enquiry
    on enquiry.completed_date between months.month_start and months.month_end
join children
    on children.child_key = enquiry.child_key
