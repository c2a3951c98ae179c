CREATE TABLE warehouse.dim_publication_step (
	la_code TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	month DATE NOT NULL, 
	reason TEXT, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, measure, month, known_from)
);
comment on table warehouse.dim_publication_step is 'A known step in an authority''s measure, from a month on.';
comment on column warehouse.dim_publication_step.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_publication_step.measure is 'the measure';
comment on column warehouse.dim_publication_step.month is 'first day of the first month after the step';
comment on column warehouse.dim_publication_step.reason is 'why it is another measure since, as the report says it';
comment on column warehouse.dim_publication_step.run_id is 'the run that brought this version';
comment on column warehouse.dim_publication_step.known_from is 'first extract that held it';
comment on column warehouse.dim_publication_step.known_to is 'first that did not; 9999-12-31';
comment on table audit.privacy_action is 'An erasure, a purge, a change of key, or work lists that were written: what was done and to how many, not to whom.';
