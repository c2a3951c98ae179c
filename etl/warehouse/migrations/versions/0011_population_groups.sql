CREATE TABLE warehouse.dim_population_group (
	la_code TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	characteristic TEXT NOT NULL, 
	group_name TEXT NOT NULL, 
	children_0_17 BIGINT, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, year, characteristic, group_name, known_from)
);
comment on table warehouse.dim_population_group is 'A group of an authority''s children at a mid-year.';
comment on column warehouse.dim_population_group.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_population_group.year is 'the mid-year';
comment on column warehouse.dim_population_group.characteristic is 'by what they are grouped: ethnic_group or age_band';
comment on column warehouse.dim_population_group.group_name is 'as in report.child.ethnic_group or report.child_month.age_band';
comment on column warehouse.dim_population_group.children_0_17 is 'children aged 0 to 17 of the group';
comment on column warehouse.dim_population_group.run_id is 'the run that brought this version';
comment on column warehouse.dim_population_group.known_from is 'first extract that held it';
comment on column warehouse.dim_population_group.known_to is 'first that did not; 9999-12-31';
ALTER TABLE warehouse.dim_code ADD COLUMN code_group TEXT;
comment on column warehouse.dim_code.code_group is 'of an ethnicity, its group in the census, Refused or Not known';
