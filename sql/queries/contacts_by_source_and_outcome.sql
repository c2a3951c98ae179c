-- title: Who contacts us, and what comes of it
-- grain: a source of the contacts received in the twelve months up to the last extract
select
    contact.la_code,
    contact.source,
    count(*) as contacts,
    count(*) filter (where contact.is_new_referral = 1) as new_referral,
    count(*) filter (where contact.is_existing_referral = 1) as existing_referral,
    count(*) filter (where contact.is_advice = 1) as advice,
    count(*) filter (where contact.is_no_further_action = 1)
        as no_further_action,
    round(
        100.0 * count(*) filter (where contact.is_new_referral = 1) / count(*), 1
    ) as new_referral_pct
from report.contact as contact
join report.last_extract as last_extract
    on last_extract.la_code = contact.la_code
    and contact.received_date <= last_extract.extract_date
    and contact.received_date > cast(last_extract.extract_date - interval '12 months' as date)
where contact.is_counted <> 0
group by contact.la_code, contact.source
order by contact.la_code, count(*) desc, contact.source
