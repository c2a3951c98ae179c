-- title: Children living in the area
-- grain: an authority and a mid-year
-- key: population_unique_id
select
    la_code || '-' || cast(year as text) as population_unique_id,
    la_code,
    year,
    children_0_17,
    source,
    known_from as known_since
from warehouse.dim_population
where known_to = date '9999-12-31'
