-- title: Comparators
-- grain: a measure, financial year and scope (england or statistical_neighbours)
-- key: comparator_unique_id
select
    la_code || '-' || financial_year || '-' || scope || '-' || measure as comparator_unique_id,
    la_code,
    measure,
    financial_year,
    scope,
    value,
    known_from as known_since
from warehouse.dim_comparator
where known_to = date '9999-12-31'
