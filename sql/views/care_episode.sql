-- title: Episodes of care
-- grain: an episode within a period of care
-- key: care_episode_unique_id
select
    episode.la_code || '-' || episode.episode_id as care_episode_unique_id,
    episode.la_code,
    episode.episode_id,
    episode.child_key,
    episode.family_key,
    episode.team_key,
    episode.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    episode.looked_after_id,
    episode.la_code || '-' || episode.looked_after_id as looked_after_period_unique_id,
    episode.started_date,
    episode.ended_date,
    episode.start_reason_code,
    coalesce(start_reason.label, episode.start_reason_code) as start_reason,
    episode.end_reason_code,
    coalesce(end_reason.label, episode.end_reason_code) as end_reason,
    episode.legal_status_code,
    coalesce(legal_status.label, episode.legal_status_code) as legal_status,
    episode.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when episode.not_counted_reason is null then 1 else 0 end as is_counted,
    episode.not_counted_reason
from (
    select
        episode.*,
        case
            when child.is_merged then 'merged child'
            when period.is_short_break then 'short break'
        end as not_counted_reason
    from warehouse.fact_care_episode as episode
    left join warehouse.dim_child as child
        on child.child_key = episode.child_key
        and child.known_to = date '9999-12-31'
    left join warehouse.fact_looked_after_period as period
        on period.la_code = episode.la_code
        and period.looked_after_id = episode.looked_after_id
        and period.known_to = date '9999-12-31'
) as episode
left join report.code_label as start_reason
    on start_reason.la_code = episode.la_code
    and start_reason.code_list = 'care_start_reason'
    and start_reason.code = episode.start_reason_code
left join report.code_label as end_reason
    on end_reason.la_code = episode.la_code
    and end_reason.code_list = 'care_end_reason'
    and end_reason.code = episode.end_reason_code
left join report.code_label as legal_status
    on legal_status.la_code = episode.la_code
    and legal_status.code_list = 'legal_status'
    and legal_status.code = episode.legal_status_code
left join report.allocation as allocation
    on allocation.allocated_child_key = episode.child_key
where episode.known_to = date '9999-12-31'
