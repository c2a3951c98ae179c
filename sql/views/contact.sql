-- title: Contacts
-- grain: a contact about a child
-- key: contact_unique_id
select
    contact.la_code || '-' || contact.contact_id as contact_unique_id,
    contact.la_code,
    contact.contact_id,
    contact.child_key,
    contact.family_key,
    contact.team_key,
    contact.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    contact.received_date,
    contact.decided_date,
    contact.source_code,
    coalesce(source.label, contact.source_code) as source,
    contact.is_new_referral,
    contact.is_existing_referral,
    contact.is_advice,
    contact.is_no_further_action,
    contact.known_from as known_since
from warehouse.fact_contact as contact
left join report.code_label as source
    on source.la_code = contact.la_code
    and source.code_list = 'contact_source'
    and source.code = contact.source_code
left join report.allocation as allocation
    on allocation.child_key = contact.child_key
where contact.known_to = date '9999-12-31'
