-- title: Families
-- grain: a family
-- key: family_key
select
    family_key,
    la_code,
    family_token,
    case when family_key > 0 then known_from end as known_since
from warehouse.dim_family
where known_to = date '9999-12-31'
