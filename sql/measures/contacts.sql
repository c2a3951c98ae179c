-- title: Contacts received
-- definition: Contacts received in the month. Each child of a sibling group counts.
-- unit: count
-- better: neither
-- history: events of contact.received_date
-- counts: each child alone
select
    months.month_start as month,
    contact.child_key,
    contact.team_key,
    contact.contact_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_contact as contact
    on contact.received_date between months.month_start and months.month_end
join children
    on children.child_key = contact.child_key
