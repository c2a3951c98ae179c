-- title: Teams
-- grain: a team
-- key: team_key
select
    team_key,
    la_code,
    team_id,
    name,
    case when team_key > 0 then known_from end as known_since
from warehouse.dim_team
where known_to = date '9999-12-31'
