-- title: Missing episodes after which a return interview was offered
-- definition: Of the episodes that ended in the month in which a child was missing, the share where the record says that a return interview was offered. Where it says nothing, or that it does not apply, it counts as not offered.
-- unit: percent
-- better: higher
-- history: ends of missing_episode.started_date to ended_date
-- counts: each child alone
-- citation: Statutory guidance on children who run away or go missing from home or care
select
    months.month_start as month,
    episode.child_key,
    episode.team_key,
    episode.missing_episode_id as subject_id,
    case when episode.is_interview_offered then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_missing_episode as episode
    on episode.ended_date between months.month_start and months.month_end
join children
    on children.child_key = episode.child_key
where episode.kind = 'missing'
