-- title: Workers
-- grain: a worker
-- key: worker_key
-- column team_key: the worker's team; 0: not known
select
    worker_key,
    la_code,
    worker_token,
    job_title,
    team_key,
    case when worker_key > 0 then known_from end as known_since
from warehouse.dim_worker
where known_to = date '9999-12-31'
