-- The same children as known on the day, with what tells one from another in a measure. The day of
-- birth is not kept: an age is known from its month alone.
select
    children.child_key,
    children.died_date,
    child.birth_month
from children
join warehouse.dim_child as child
    on child.child_key = children.child_key
where child.known_from <= :known_on and :known_on < child.known_to
