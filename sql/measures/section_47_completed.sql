-- title: Section 47 enquiries completed
-- definition: Section 47 enquiries completed in the month. Each child of a sibling group counts.
-- unit: count
-- better: neither
-- history: ends of section_47_enquiry.started_date to completed_date
-- counts: each child alone
-- citation: DfE children in need census
select
    months.month_start as month,
    enquiry.child_key,
    enquiry.team_key,
    enquiry.enquiry_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_section_47_enquiry as enquiry
    on enquiry.completed_date between months.month_start and months.month_end
join children
    on children.child_key = enquiry.child_key
