-- title: Authorities
-- grain: an authority
-- key: la_code
-- column la_code: the authority, three digits
select
    la_code,
    name,
    region,
    known_from as known_since
from warehouse.dim_authority
where known_to = date '9999-12-31'
