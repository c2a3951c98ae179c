-- title: Section 47 enquiries that led to an initial conference
-- definition: Of the section 47 enquiries completed in the month, the share whose outcome is an initial child protection conference.
-- unit: percent
-- better: neither
-- citation: DfE children in need census
with months as (
    select distinct month_start, month_end
    from warehouse.dim_date
    where month_start between :first_month and :last_month
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
join enquiries
    on enquiries.completed_date between months.month_start and months.month_end
join children
    on children.child_key = enquiries.child_key
