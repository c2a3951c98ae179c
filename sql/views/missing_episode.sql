-- title: Missing episodes
-- grain: an episode in which a child was missing or away
-- key: missing_episode_unique_id
select
    missing_episode.la_code || '-' || missing_episode.missing_episode_id as missing_episode_unique_id,
    missing_episode.la_code,
    missing_episode.missing_episode_id,
    missing_episode.child_key,
    missing_episode.family_key,
    missing_episode.team_key,
    missing_episode.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    missing_episode.started_date,
    missing_episode.ended_date,
    missing_episode.kind,
    cast(missing_episode.is_interview_offered as integer) as is_interview_offered,
    cast(missing_episode.is_interview_accepted as integer) as is_interview_accepted,
    missing_episode.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when missing_episode.not_counted_reason is null then 1 else 0 end as is_counted,
    missing_episode.not_counted_reason
from (
    select
        missing_episode.*,
        case
            when child.is_merged then 'merged child'
            when coalesce(missing_episode.kind, '') <> 'missing' then 'not missing'
        end as not_counted_reason
    from warehouse.fact_missing_episode as missing_episode
    left join warehouse.dim_child as child
        on child.child_key = missing_episode.child_key
        and child.known_to = date '9999-12-31'
) as missing_episode
left join report.allocation as allocation
    on allocation.allocated_child_key = missing_episode.child_key
where missing_episode.known_to = date '9999-12-31'
