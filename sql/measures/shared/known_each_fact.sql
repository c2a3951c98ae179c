-- The authority's rows of a fact as known on the day: one view for each, such as known_referral of
-- warehouse.fact_referral.
select *
from warehouse.{fact}
where la_code = :la_code
and known_from <= :known_on and :known_on < known_to
