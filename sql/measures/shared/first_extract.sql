-- The first extract of the authority that was loaded. What it brought was there by then; since when,
-- nobody knows.
select min(known_from) as extract_date
from warehouse.dim_authority
where la_code = :la_code
