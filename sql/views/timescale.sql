-- title: Timescales
-- grain: a rule of an authority, from a date
-- key: timescale_key
select
    timescale.timescale_key,
    timescale.la_code,
    timescale.timescale,
    timescale.title,
    timescale.rule,
    timescale.allowance,
    timescale.counting,
    timescale.citation,
    cast(timescale.is_local as integer) as is_local,
    cast(timescale.is_statutory as integer) as is_statutory,
    in_force_day.date as in_force_since,
    from_day.date as effective_from,
    to_day.date as effective_to,
    case when timescale.timescale_key > 0 then timescale.known_from end as known_since
from warehouse.dim_timescale as timescale
left join warehouse.dim_date as in_force_day
    on in_force_day.date = timescale.in_force_since
left join warehouse.dim_date as from_day
    on from_day.date = timescale.effective_from
left join warehouse.dim_date as to_day
    on to_day.date = timescale.effective_to
where timescale.known_to = date '9999-12-31'
