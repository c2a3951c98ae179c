-- title: Annex A, list 9: care leavers
-- grain: a young person who leaves, or has left, care, as the last contact found them
-- Who is entitled to nothing today is left out; of whom the record has no entitlement, a contact is
-- enough. Personal advisers, and who came as an unaccompanied child, are not in the record.
with entitlements as (
    -- the last is the one that holds
    select
        entitlement.*,
        row_number() over (
            partition by child_key
            order by length(eligibility_id) desc, eligibility_id desc
        ) as place
    from report.care_leaver_eligibility as entitlement
    where is_counted <> 0
),

leavers as (
    select la_code, child_key, allocated_team_key, allocated_worker_key
    from entitlements
    where place = 1
    and eligibility is not null
    union
    select la_code, child_key, allocated_team_key, allocated_worker_key
    from report.care_leaver
    where is_counted <> 0
    and child_key not in (select child_key from report.care_leaver_eligibility)
),

contacts as (
    select
        contact.*,
        row_number() over (
            partition by contact.child_key
            order by
                contact.contacted_date desc,
                length(contact.care_leaver_id) desc,
                contact.care_leaver_id desc
        ) as place
    from report.care_leaver as contact
    join report.last_extract as last_extract
        on last_extract.la_code = contact.la_code
        and contact.contacted_date <= last_extract.extract_date
    where contact.is_counted <> 0
)

select
    leaver.la_code,
    child.child_key,
    child.child_token,
    child.sex_label as gender,
    child.ethnicity_code as ethnicity,
    child.birth_month,
    cast(extract(year from age(last_extract.extract_date, child.birth_month)) as integer)
        as age_years,
    case child.is_disabled
        when 1 then 'Yes'
        when 0 then 'No'
        else 'Unknown'
    end as has_a_disability,
    team.name as allocated_team,
    leaver.allocated_worker_key,
    coalesce(entitlements.eligibility, contacts.eligibility) as eligibility,
    coalesce(entitlements.pathway_plan_reviewed_date, contacts.pathway_plan_reviewed_date)
        as latest_pathway_plan_review,
    contacts.in_touch_label as in_touch,
    contacts.contacted_date as latest_date_of_contact,
    contacts.accommodation,
    case contacts.is_suitable
        when 1 then 'Suitable'
        when 0 then 'Unsuitable'
    end as suitability_of_accommodation,
    contacts.activity
from leavers as leaver
join report.last_extract as last_extract
    on last_extract.la_code = leaver.la_code
join report.child as child
    on child.child_key = leaver.child_key
    and child.died_date is null
join report.team as team
    on team.team_key = leaver.allocated_team_key
left join entitlements
    on entitlements.child_key = leaver.child_key
    and entitlements.place = 1
left join contacts
    on contacts.child_key = leaver.child_key
    and contacts.place = 1
order by leaver.la_code, leaver.child_key
