-- title: Children living in the area, by ethnic group and by age band
-- grain: a group of an authority's children at a mid-year
-- key: population_group_unique_id
select
    la_code || '-' || cast(year as text) || '-' || characteristic
        || '-' || group_name as population_group_unique_id,
    la_code || '-' || cast(year as text) as population_unique_id,
    la_code,
    year,
    characteristic,
    group_name,
    children_0_17,
    known_from as known_since
from warehouse.dim_population_group
where known_to = date '9999-12-31'
