-- Every version that an earlier release stored came from a source that has the start of each.
update warehouse.fact_looked_after_period set is_start_known = true
