-- title: Targets
-- grain: a measure and financial year
-- key: target_unique_id
select
    la_code || '-' || financial_year || '-' || measure as target_unique_id,
    la_code,
    measure,
    financial_year,
    value,
    known_from as known_since
from warehouse.dim_target
where known_to = date '9999-12-31'
