ALTER TABLE report.monthly_measure ALTER COLUMN value TYPE NUMERIC(28, 10);
ALTER TABLE report.monthly_measure_by_team ALTER COLUMN value TYPE NUMERIC(28, 10);
ALTER TABLE report.restatement
	ALTER COLUMN published TYPE NUMERIC(28, 10),
	ALTER COLUMN now TYPE NUMERIC(28, 10),
	ALTER COLUMN difference TYPE NUMERIC(28, 10);
ALTER TABLE warehouse.dim_target ALTER COLUMN value TYPE NUMERIC(28, 10);
ALTER TABLE warehouse.dim_comparator ALTER COLUMN value TYPE NUMERIC(28, 10);
