-- title: Early help episodes opened, rate over 12 months
-- definition: Early help episodes that started in the twelve months ending with the month, per 10,000 children aged 0 to 17.
-- unit: per_10000
-- better: neither
-- history: starts of early_help.started_date to ended_date, over 12 months
-- counts: each child alone
-- looks_back: 11 months
select
    months.month_start as month,
    episode.child_key,
    episode.team_key,
    episode.early_help_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_early_help as episode
    on episode.started_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = episode.child_key
