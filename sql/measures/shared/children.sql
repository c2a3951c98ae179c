-- The children as known on the day, without those marked as another's double: nothing of theirs
-- counts. What is still open of a child who has died is not open at the end of a month.
select child_key, died_date
from warehouse.dim_child
where known_from <= :known_on and :known_on < known_to
and not is_merged
