-- title: Annex A, list 8: children in care in the last six months
-- grain: a period of care that was running at some time in them, short breaks left out
-- Permanence plans, visits of reviewing officers, and the placement's place, postcode and
-- registration are not in the record. Missing episodes are the child's in the last 12 months; the
-- interview is that of the last of them.
with episodes as (
    -- the legal status in force last, and since when without another between
    select
        episode.looked_after_period_unique_id,
        max(episode.legal_status) as legal_status,
        min(episode.started_date) as started_date
    from report.care_episode as episode
    where not exists (
        select 1
        from report.care_episode as later
        where later.looked_after_period_unique_id = episode.looked_after_period_unique_id
        and later.started_date > episode.started_date
        and later.legal_status is distinct from episode.legal_status
    )
    group by episode.looked_after_period_unique_id
),

reviews as (
    select looked_after_period_unique_id, max(held_date) as held_date
    from report.looked_after_review
    where is_counted <> 0
    group by looked_after_period_unique_id
),

placements as (
    select
        placement.*,
        row_number() over (
            partition by placement.looked_after_period_unique_id
            order by
                placement.started_date desc,
                length(placement.placement_id) desc,
                placement.placement_id desc
        ) as place,
        count(*) filter (
            where placement.ended_date is null
            or placement.ended_date > cast(last_extract.extract_date - interval '12 months' as date)
        ) over (partition by placement.looked_after_period_unique_id) as in_12_months
    from report.placement as placement
    join report.last_extract as last_extract
        on last_extract.la_code = placement.la_code
        and placement.started_date <= last_extract.extract_date
),

second_periods as (
    select distinct period.looked_after_period_unique_id
    from report.looked_after_period as period
    join report.looked_after_period as earlier
        on earlier.child_key = period.child_key
        and earlier.looked_after_id <> period.looked_after_id
        and earlier.is_counted <> 0
        and earlier.started_date <= period.started_date
        and earlier.ended_date >= cast(period.started_date - interval '12 months' as date)
),

checks as (
    select
        health_check.child_key,
        max(case when health_check.is_health_assessment = 1 then health_check.checked_date end)
            as health_assessment_date,
        max(
            case
                when health_check.kind = 'dental' and health_check.status = 'completed'
                    then health_check.checked_date
            end
        ) as dental_date
    from report.health_check as health_check
    join report.last_extract as last_extract
        on last_extract.la_code = health_check.la_code
        and health_check.checked_date <= last_extract.extract_date
    group by health_check.child_key
),

missing as (
    select
        episode.child_key,
        episode.is_interview_offered,
        episode.is_interview_accepted,
        count(*) over (partition by episode.child_key) as episodes,
        row_number() over (
            partition by episode.child_key
            order by
                episode.started_date desc,
                length(episode.missing_episode_id) desc,
                episode.missing_episode_id desc
        ) as place
    from report.missing_episode as episode
    join report.last_extract as last_extract
        on last_extract.la_code = episode.la_code
        and episode.started_date <= last_extract.extract_date
        and episode.started_date > cast(last_extract.extract_date - interval '12 months' as date)
    where episode.is_counted <> 0
),

visits as (
    select
        placement.looked_after_period_unique_id,
        max(visit.visited_date) as visited_date
    from report.visit as visit
    join report.placement as placement
        on placement.placement_unique_id = visit.placement_unique_id
    where visit.is_counted <> 0
    group by placement.looked_after_period_unique_id
)

select
    period.la_code,
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
    period.started_date as started_to_be_looked_after,
    case when second_periods.looked_after_period_unique_id is null then 'No' else 'Yes' end
        as is_second_period_in_12_months,
    episodes.started_date as start_of_current_legal_status,
    episodes.legal_status,
    reviews.held_date as date_of_latest_review,
    visits.visited_date as date_of_last_visit,
    checks.health_assessment_date as date_of_last_health_assessment,
    checks.dental_date as date_of_last_dental_check,
    coalesce(placements.in_12_months, 0) as placements_in_12_months,
    period.ended_date as ceased_to_be_looked_after,
    period.end_reason as reason_ceased,
    placements.started_date as start_of_most_recent_placement,
    placements.placement_type,
    placements.provider as placement_provider,
    coalesce(missing.episodes, 0) as missing_episodes_in_12_months,
    case missing.is_interview_offered
        when 1 then 'Yes'
        when 0 then 'No'
    end as was_offered_return_interview,
    case missing.is_interview_accepted
        when 1 then 'Yes'
        when 0 then 'No'
    end as accepted_return_interview,
    team.name as allocated_team,
    period.allocated_worker_key
from report.looked_after_period as period
join report.last_extract as last_extract
    on last_extract.la_code = period.la_code
    and period.started_date <= last_extract.extract_date
    and (
        period.ended_date is null
        or period.ended_date >= cast(last_extract.extract_date - interval '6 months' as date)
    )
join report.child as child
    on child.child_key = period.child_key
join report.team as team
    on team.team_key = period.allocated_team_key
left join episodes
    on episodes.looked_after_period_unique_id = period.looked_after_period_unique_id
left join reviews
    on reviews.looked_after_period_unique_id = period.looked_after_period_unique_id
left join visits
    on visits.looked_after_period_unique_id = period.looked_after_period_unique_id
left join placements
    on placements.looked_after_period_unique_id = period.looked_after_period_unique_id
    and placements.place = 1
left join checks
    on checks.child_key = period.child_key
left join missing
    on missing.child_key = period.child_key
    and missing.place = 1
left join second_periods
    on second_periods.looked_after_period_unique_id = period.looked_after_period_unique_id
where period.is_counted <> 0
order by period.la_code, period.started_date, period.looked_after_id
