-- title: Timescales
-- grain: a rule of an authority, from a date
-- key: timescale_key
select
    timescale_key,
    la_code,
    timescale,
    title,
    rule,
    allowance,
    counting,
    citation,
    cast(is_local as integer) as is_local,
    cast(is_statutory as integer) as is_statutory,
    in_force_since,
    effective_from,
    effective_to,
    known_from as known_since
from warehouse.dim_timescale
where known_to = date '9999-12-31'
