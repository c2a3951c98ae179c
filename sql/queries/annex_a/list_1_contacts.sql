-- title: Annex A, list 1: contacts of the last six months
-- grain: a contact about a child
select
    contact.la_code,
    child.child_key,
    child.child_token,
    child.sex_label as gender,
    child.ethnicity_code as ethnicity,
    child.birth_month,
    cast(extract(year from age(last_extract.extract_date, child.birth_month)) as integer)
        as age_years,
    contact.received_date as date_of_contact,
    contact.source as contact_source
from report.contact as contact
join report.last_extract as last_extract
    on last_extract.la_code = contact.la_code
    and contact.received_date <= last_extract.extract_date
    and contact.received_date >= cast(last_extract.extract_date - interval '6 months' as date)
join report.child as child
    on child.child_key = contact.child_key
where contact.is_counted <> 0
order by contact.la_code, contact.received_date, contact.contact_id
