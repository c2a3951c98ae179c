-- title: Who contacts us, and what comes of it
-- grain: a source of the contacts received in the twelve months up to the last extract
select
    contact.la_code,
    contact.source,
    count(*) as contacts,
    count(*) filter (where cast(contact.is_new_referral as integer) = 1) as new_referral,
    count(*) filter (where cast(contact.is_existing_referral as integer) = 1) as existing_referral,
    count(*) filter (where cast(contact.is_advice as integer) = 1) as advice,
    count(*) filter (where cast(contact.is_no_further_action as integer) = 1)
        as no_further_action,
    round(
        100.0 * count(*) filter (where cast(contact.is_new_referral as integer) = 1) / count(*), 1
    ) as new_referral_pct
from report.contact as contact
join report.last_extract as last_extract
    on last_extract.la_code = contact.la_code
    and contact.received_date <= last_extract.extract_date
    and contact.received_date > cast(last_extract.extract_date - interval '12 months' as date)
where contact.is_counted <> 0
group by contact.la_code, contact.source
order by contact.la_code, count(*) desc, contact.source
