-- title: Section 47 enquiries that led to an initial conference, year to date
-- definition: Of the section 47 enquiries completed from 1 April to the end of the month, the share whose outcome is an initial child protection conference.
-- unit: percent
-- better: neither
-- history: ends of section_47_enquiry.started_date to completed_date, year to date
-- counts: each child alone
-- looks_back: 1 April
-- citation: DfE children in need census
select
    months.month_start as month,
    enquiry.child_key,
    enquiry.team_key,
    enquiry.enquiry_id as subject_id,
    case when enquiry.outcome = 'initial_conference' then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join financial_years
    on financial_years.financial_year = months.financial_year
join known_section_47_enquiry as enquiry
    on enquiry.completed_date between financial_years.first_day and months.month_end
join children
    on children.child_key = enquiry.child_key
