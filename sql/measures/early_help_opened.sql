-- title: Early help episodes opened
-- definition: Early help episodes that started in the month. Each child of a sibling group counts.
-- unit: count
-- better: neither
-- history: starts of early_help.started_date to ended_date
-- counts: each child alone
select
    months.month_start as month,
    episode.child_key,
    episode.team_key,
    episode.early_help_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_early_help as episode
    on episode.started_date between months.month_start and months.month_end
join children
    on children.child_key = episode.child_key
