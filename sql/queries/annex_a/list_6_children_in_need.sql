-- title: Annex A, list 6: children in need of the last six months
-- grain: a child with a referral that was open at some time in them: the one received last
-- Referrals without further action are left out. A child who is looked after without an open
-- referral is in list 8 alone.
with referrals as (
    select
        referral.*,
        last_extract.extract_date,
        row_number() over (
            partition by referral.child_key
            order by
                referral.received_date desc, length(referral.referral_id) desc,
                referral.referral_id desc
        ) as place
    from report.referral as referral
    join report.last_extract as last_extract
        on last_extract.la_code = referral.la_code
        and referral.received_date <= last_extract.extract_date
        and (
            referral.closed_date is null
            or referral.closed_date
                >= cast(last_extract.extract_date - interval '6 months' as date)
        )
    where referral.is_counted <> 0
    and coalesce(referral.is_no_further_action, 0) = 0
),

seen as (
    select child_key, max(visited_date) as last_seen_date
    from report.visit
    where is_child_seen = 1
    group by child_key
),

open_now as (
    select period.child_key, 1 as place, 'Looked after child' as status
    from report.looked_after_period as period
    join report.last_extract as last_extract
        on last_extract.la_code = period.la_code
        and last_extract.extract_date >= period.started_date
        and (period.ended_date is null or period.ended_date > last_extract.extract_date)
    where period.is_counted <> 0
    union all
    select plan.child_key, 2 as place, 'Child protection plan' as status
    from report.child_protection_plan as plan
    join report.last_extract as last_extract
        on last_extract.la_code = plan.la_code
        and last_extract.extract_date >= plan.started_date
        and (plan.ended_date is null or plan.ended_date > last_extract.extract_date)
    where plan.is_counted <> 0
    union all
    select plan.child_key, 3 as place, 'Child in need plan' as status
    from report.child_in_need_plan as plan
    join report.last_extract as last_extract
        on last_extract.la_code = plan.la_code
        and last_extract.extract_date >= plan.started_date
        and (plan.ended_date is null or plan.ended_date > last_extract.extract_date)
    where plan.is_counted <> 0
    union all
    select assessment.child_key, 4 as place, 'Open assessment' as status
    from report.single_assessment as assessment
    join report.last_extract as last_extract
        on last_extract.la_code = assessment.la_code
        and last_extract.extract_date >= assessment.started_date
        and (
            assessment.authorised_date is null
            or assessment.authorised_date > last_extract.extract_date
        )
    where assessment.is_counted <> 0
),

statuses as (
    -- of several the first of these
    select child_key, status
    from (
        select
            child_key,
            status,
            row_number() over (partition by child_key order by place) as place
        from open_now
    ) as ordered
    where place = 1
)

select
    referral.la_code,
    child.child_key,
    child.child_token,
    child.sex_label as gender,
    child.ethnicity_code as ethnicity,
    child.birth_month,
    cast(extract(year from age(referral.extract_date, child.birth_month)) as integer)
        as age_years,
    case child.is_disabled
        when 1 then 'Yes'
        when 0 then 'No'
        else 'Unknown'
    end as has_a_disability,
    referral.received_date as start_date,
    referral.need_code as primary_need_code,
    seen.last_seen_date as date_child_was_last_seen,
    referral.closed_date as closure_date,
    referral.closure_reason as reason_for_closure,
    case
        when referral.closed_date <= referral.extract_date then 'Closed episode'
        else coalesce(statuses.status, 'Open, none of these')
    end as case_status,
    team.name as allocated_team,
    referral.allocated_worker_key
from referrals as referral
join report.child as child
    on child.child_key = referral.child_key
join report.team as team
    on team.team_key = referral.allocated_team_key
left join seen
    on seen.child_key = referral.child_key
left join statuses
    on statuses.child_key = referral.child_key
where referral.place = 1
order by referral.la_code, referral.received_date, referral.referral_id
