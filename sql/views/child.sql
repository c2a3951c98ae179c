-- title: Children
-- grain: a child
-- key: child_key
-- column ethnic_group: one of the census's five, Refused, or Not known
select
    child.child_key,
    child.la_code,
    child.child_token,
    child.sex,
    coalesce(sex.label, child.sex) as sex_label,
    child.ethnicity_code,
    child.ethnicity,
    coalesce(ethnicity.code_group, 'Not known') as ethnic_group,
    birth_day.date as birth_month,
    child.died_date,
    cast(child.is_unborn as integer) as is_unborn,
    cast(child.is_disabled as integer) as is_disabled,
    cast(child.is_merged as integer) as is_merged,
    case when child.child_key > 0 then child.known_from end as known_since
from warehouse.dim_child as child
left join report.code_label as sex
    on sex.la_code = child.la_code
    and sex.code_list = 'sex'
    and sex.code = child.sex
left join report.code_label as ethnicity
    on ethnicity.la_code = child.la_code
    and ethnicity.code_list = 'ethnicity'
    and ethnicity.code = child.ethnicity_code
left join warehouse.dim_date as birth_day
    on birth_day.date = child.birth_month
where child.known_to = date '9999-12-31'
