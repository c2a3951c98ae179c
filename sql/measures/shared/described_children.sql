-- The same children as known on the day, with what tells one from another in a measure. The day of
-- birth is not kept: an age is known from its month alone. To which ethnic group of the census an
-- ethnicity belongs is what the national list says today, of every night.
select
    children.child_key,
    children.died_date,
    child.birth_month,
    coalesce(lower(ethnicity.code_group), 'not known') as ethnic_group
from children
join warehouse.dim_child as child
    on child.child_key = children.child_key
left join warehouse.dim_code as ethnicity
    on ethnicity.la_code = ''
    and ethnicity.code_list = 'ethnicity'
    and ethnicity.code = child.ethnicity_code
    and ethnicity.known_to = date '9999-12-31'
where child.known_from <= :known_on and :known_on < child.known_to
