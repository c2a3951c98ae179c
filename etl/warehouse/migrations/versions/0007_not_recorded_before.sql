ALTER TABLE warehouse.fact_timescale_obligation ADD COLUMN not_recorded_before DATE;
comment on column warehouse.fact_timescale_obligation.first_recorded_date is 'the source''s own day of recording that it was done; where it has none, the first extract that held that; empty for what the very first load brought';
comment on column warehouse.fact_timescale_obligation.not_recorded_before is 'where the source has no such day: the extract before the first that held it';
