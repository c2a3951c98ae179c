-- title: Labels of codes, as each authority reads them
-- grain: a code of a code list, for an authority
-- key: code_label_unique_id
-- rows of: code
with codes as (
    -- the label of the authority itself where it has one, else the national one
    select distinct on (authority.la_code, code.code_list, code.code)
        authority.la_code,
        code.code_list,
        code.code,
        code.label,
        code.national_code,
        code.code_group
    from warehouse.dim_authority as authority
    join warehouse.dim_code as code
        on code.la_code in ('', authority.la_code)
    where authority.known_to = date '9999-12-31'
    and code.known_to = date '9999-12-31'
    order by authority.la_code, code.code_list, code.code, code.la_code desc
)

select
    la_code || '-' || code_list || '-' || code as code_label_unique_id,
    la_code,
    code_list,
    code,
    label,
    national_code,
    code_group
from codes
