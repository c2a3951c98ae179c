-- title: Contacts received
-- definition: Contacts received in the month. Each child of a sibling group counts.
-- unit: count
-- better: neither
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

contacts as (
    select la_code, contact_id, child_key, team_key, received_date
    from warehouse.fact_contact
    where known_from <= :known_on and :known_on < known_to
)

select
    contacts.la_code,
    months.month_start as month,
    contacts.child_key,
    contacts.team_key,
    contacts.contact_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join contacts
    on contacts.received_date between months.month_start and months.month_end
join children
    on children.child_key = contacts.child_key
