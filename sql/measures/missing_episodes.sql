-- title: Missing episodes
-- definition: Episodes that began in the month in which a child was missing. Each counts, however short, and every child known here; being away, where it is known where the child is, is none.
-- unit: count
-- better: lower
-- history: starts of missing_episode.started_date to ended_date
-- counts: each child alone
-- citation: DfE looked after children return (SSDA903), missing; Statutory guidance on children who run away or go missing from home or care
select
    months.month_start as month,
    episode.child_key,
    episode.team_key,
    episode.missing_episode_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_missing_episode as episode
    on episode.started_date between months.month_start and months.month_end
join children
    on children.child_key = episode.child_key
where episode.kind = 'missing'
