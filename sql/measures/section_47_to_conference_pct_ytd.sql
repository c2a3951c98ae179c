-- title: Section 47 enquiries that led to an initial conference, year to date
-- definition: Of the section 47 enquiries completed from 1 April to the end of the month, the share whose outcome is an initial child protection conference.
-- unit: percent
-- better: neither
-- citation: DfE children in need census
with months as (
    select distinct month_start, month_end, financial_year
    from warehouse.dim_date
    where month_start between :first_month and :last_month
),

financial_years as (
    select financial_year, min(date) as first_day
    from warehouse.dim_date
    group by financial_year
),

children as (
    select child_key
    from warehouse.dim_child
    where known_from <= :known_on and :known_on < known_to
    and not is_merged
),

enquiries as (
    select la_code, enquiry_id, child_key, team_key, completed_date, outcome
    from warehouse.fact_section_47_enquiry
    where known_from <= :known_on and :known_on < known_to
)

select
    enquiries.la_code,
    months.month_start as month,
    enquiries.child_key,
    enquiries.team_key,
    enquiries.enquiry_id as subject_id,
    case when enquiries.outcome = 'initial_conference' then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join financial_years
    on financial_years.financial_year = months.financial_year
join enquiries
    on enquiries.completed_date between financial_years.first_day and months.month_end
join children
    on children.child_key = enquiries.child_key
