-- title: Children
-- grain: a child
-- key: child_key
select
    child.child_key,
    child.la_code,
    child.child_token,
    child.sex,
    coalesce(sex.label, child.sex) as sex_label,
    child.ethnicity_code,
    child.ethnicity,
    coalesce(ethnicity.code_group, 'Not known') as ethnic_group,
    child.birth_month,
    child.died_date,
    child.is_unborn,
    child.is_disabled,
    child.is_merged,
    child.known_from as known_since
from warehouse.dim_child as child
left join report.code_label as sex
    on sex.la_code = child.la_code
    and sex.code_list = 'sex'
    and sex.code = child.sex
left join report.code_label as ethnicity
    on ethnicity.la_code = child.la_code
    and ethnicity.code_list = 'ethnicity'
    and ethnicity.code = child.ethnicity_code
where child.known_to = date '9999-12-31'
