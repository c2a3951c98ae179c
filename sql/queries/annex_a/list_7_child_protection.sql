-- title: Annex A, list 7: child protection plans of the last six months
-- grain: a plan of a child that was in force at some time in them
-- The last visit is the last at which the child was seen. Temporary plans of other authorities are
-- left out.
with visits as (
    select
        child_protection_plan_unique_id,
        visited_date,
        is_seen_alone,
        row_number() over (
            partition by child_protection_plan_unique_id
            order by
                visited_date desc, is_seen_alone desc nulls last, visit_id
        ) as place
    from report.visit
    where is_counted <> 0
    and child_protection_plan_unique_id is not null
),

reviews as (
    select child_protection_plan_unique_id, max(held_date) as held_date
    from report.child_protection_review
    where is_counted <> 0
    group by child_protection_plan_unique_id
),

emergencies as (
    select legal_status.child_key
    from report.legal_status as legal_status
    join report.last_extract as last_extract
        on last_extract.la_code = legal_status.la_code
        and last_extract.extract_date >= legal_status.started_date
        and (
            legal_status.ended_date is null
            or legal_status.ended_date
                >= cast(last_extract.extract_date - interval '6 months' as date)
        )
    where legal_status.legal_status_code in ('L1', 'L2')
    and legal_status.is_counted <> 0
    union
    select episode.child_key
    from report.care_episode as episode
    join report.last_extract as last_extract
        on last_extract.la_code = episode.la_code
        and last_extract.extract_date >= episode.started_date
        and (
            episode.ended_date is null
            or episode.ended_date
                >= cast(last_extract.extract_date - interval '6 months' as date)
        )
    where episode.legal_status_code in ('L1', 'L2')
    and episode.is_counted <> 0
)

select
    plan.la_code,
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
    plan.started_date as plan_start_date,
    plan.initial_category_label as initial_category,
    plan.latest_category_label as latest_category,
    visits.visited_date as date_of_last_visit,
    case visits.is_seen_alone
        when 1 then 'Yes'
        when 0 then 'No'
        else 'Unknown'
    end as was_seen_alone,
    reviews.held_date as date_of_latest_review,
    plan.ended_date as plan_end_date,
    case when emergencies.child_key is null then 'No' else 'Yes' end
        as emergency_or_police_protection_in_6_months,
    plan.plan_number - 1 as previous_plans,
    team.name as allocated_team,
    plan.allocated_worker_key
from report.child_protection_plan as plan
join report.last_extract as last_extract
    on last_extract.la_code = plan.la_code
    and plan.started_date <= last_extract.extract_date
    and (
        plan.ended_date is null
        or plan.ended_date >= cast(last_extract.extract_date - interval '6 months' as date)
    )
join report.child as child
    on child.child_key = plan.child_key
join report.team as team
    on team.team_key = plan.allocated_team_key
left join visits
    on visits.child_protection_plan_unique_id = plan.child_protection_plan_unique_id
    and visits.place = 1
left join reviews
    on reviews.child_protection_plan_unique_id = plan.child_protection_plan_unique_id
left join emergencies
    on emergencies.child_key = plan.child_key
where plan.is_counted <> 0
order by plan.la_code, plan.started_date, plan.plan_id
