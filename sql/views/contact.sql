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
    cast(contact.is_new_referral as integer) as is_new_referral,
    cast(contact.is_existing_referral as integer) as is_existing_referral,
    cast(contact.is_advice as integer) as is_advice,
    cast(contact.is_no_further_action as integer) as is_no_further_action,
    contact.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when contact.not_counted_reason is null then 1 else 0 end as is_counted,
    contact.not_counted_reason
from (
    select
        contact.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_contact as contact
    left join warehouse.dim_child as child
        on child.child_key = contact.child_key
        and child.known_to = date '9999-12-31'
) as contact
left join report.code_label as source
    on source.la_code = contact.la_code
    and source.code_list = 'contact_source'
    and source.code = contact.source_code
left join report.allocation as allocation
    on allocation.allocated_child_key = contact.child_key
where contact.known_to = date '9999-12-31'
