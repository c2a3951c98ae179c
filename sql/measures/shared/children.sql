-- The children as known on the day, without those marked as another's double: nothing of theirs
-- counts.
select child_key
from warehouse.dim_child
where known_from <= :known_on and :known_on < known_to
and not is_merged
