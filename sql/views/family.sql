-- title: Families
-- grain: a family
-- key: family_key
select
    family_key,
    la_code,
    family_token,
    known_from as known_since
from warehouse.dim_family
where known_to = date '9999-12-31'
