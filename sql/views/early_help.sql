-- title: Early help episodes
-- grain: an early help episode
-- key: early_help_unique_id
select
    episode.la_code || '-' || episode.early_help_id as early_help_unique_id,
    episode.la_code,
    episode.early_help_id,
    episode.child_key,
    episode.family_key,
    episode.team_key,
    episode.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    episode.started_date,
    episode.ended_date,
    episode.organisation_code,
    episode.end_reason_code,
    episode.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when episode.not_counted_reason is null then 1 else 0 end as is_counted,
    episode.not_counted_reason
from (
    select
        episode.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_early_help as episode
    left join warehouse.dim_child as child
        on child.child_key = episode.child_key
        and child.known_to = date '9999-12-31'
) as episode
left join report.allocation as allocation
    on allocation.allocated_child_key = episode.child_key
where episode.known_to = date '9999-12-31'
