-- title: Contacts that became a referral
-- definition: Of the contacts received in the month, the share whose outcome is a new referral.
-- unit: percent
-- better: neither
-- history: events of contact.received_date
-- counts: each child alone
select
    months.month_start as month,
    contact.child_key,
    contact.team_key,
    contact.contact_id as subject_id,
    case when contact.is_new_referral then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_contact as contact
    on contact.received_date between months.month_start and months.month_end
join children
    on children.child_key = contact.child_key
