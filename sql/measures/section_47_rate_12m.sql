-- title: Section 47 enquiries started, rate over 12 months
-- definition: Section 47 enquiries that started in the twelve months ending with the month, per 10,000 children aged 0 to 17. Each child of a sibling group counts.
-- unit: per_10000
-- better: neither
-- history: starts of section_47_enquiry.started_date to completed_date, over 12 months
-- counts: each child alone
-- looks_back: 11 months
-- citation: DfE children in need statistics
select
    months.month_start as month,
    enquiry.child_key,
    enquiry.team_key,
    enquiry.enquiry_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_section_47_enquiry as enquiry
    on enquiry.started_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = enquiry.child_key
