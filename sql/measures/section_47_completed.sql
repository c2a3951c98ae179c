-- title: Section 47 enquiries completed
-- definition: Section 47 enquiries completed in the month. Each child of a sibling group counts.
-- unit: count
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
    select la_code, enquiry_id, child_key, team_key, completed_date
    from warehouse.fact_section_47_enquiry
    where known_from <= :known_on and :known_on < known_to
)

select
    enquiries.la_code,
    months.month_start as month,
    enquiries.child_key,
    enquiries.team_key,
    enquiries.enquiry_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join enquiries
    on enquiries.completed_date between months.month_start and months.month_end
join children
    on children.child_key = enquiries.child_key
