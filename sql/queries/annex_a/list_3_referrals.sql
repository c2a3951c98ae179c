-- title: Annex A, list 3: referrals of the last six months
-- grain: a referral of a child
-- Earlier referrals are the same child's in the 12 months up to this one.
with earlier_referrals as (
    select referral.referral_unique_id, count(*) as referrals
    from report.referral as referral
    join report.referral as earlier
        on earlier.child_key = referral.child_key
        and earlier.referral_id <> referral.referral_id
        and earlier.is_counted <> 0
        and earlier.received_date
            between cast(referral.received_date - interval '12 months' as date)
            and referral.received_date
    group by referral.referral_unique_id
)

select
    referral.la_code,
    child.child_key,
    child.child_token,
    child.sex_label as gender,
    child.ethnicity_code as ethnicity,
    child.birth_month,
    cast(extract(year from age(last_extract.extract_date, child.birth_month)) as integer)
        as age_years,
    referral.received_date as date_of_referral,
    referral.source as referral_source,
    case referral.is_no_further_action
        when 1 then 'Yes'
        when 0 then 'No'
        else 'Unknown'
    end as no_further_action,
    coalesce(earlier_referrals.referrals, 0) as earlier_referrals_in_12_months,
    team.name as allocated_team,
    referral.allocated_worker_key
from report.referral as referral
join report.last_extract as last_extract
    on last_extract.la_code = referral.la_code
    and referral.received_date <= last_extract.extract_date
    and referral.received_date >= cast(last_extract.extract_date - interval '6 months' as date)
join report.child as child
    on child.child_key = referral.child_key
join report.team as team
    on team.team_key = referral.allocated_team_key
left join earlier_referrals
    on earlier_referrals.referral_unique_id = referral.referral_unique_id
where referral.is_counted <> 0
order by referral.la_code, referral.received_date, referral.referral_id
