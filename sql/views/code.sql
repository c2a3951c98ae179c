-- title: Codes
-- grain: a value of a code list, national where la_code is empty
-- key: code_unique_id
select
    la_code || '-' || code_list || '-' || code as code_unique_id,
    la_code,
    code_list,
    code,
    label,
    national_code,
    code_group,
    known_from as known_since
from warehouse.dim_code
where known_to = date '9999-12-31'
