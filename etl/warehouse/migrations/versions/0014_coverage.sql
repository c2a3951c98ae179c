ALTER TABLE warehouse.fact_looked_after_period ADD COLUMN is_start_known BOOLEAN;
comment on column warehouse.fact_looked_after_period.is_start_known is 'its start is known; no: it began before the first day that the source has of it';
