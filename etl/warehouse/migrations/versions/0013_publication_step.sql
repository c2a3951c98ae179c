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
CREATE TABLE restricted.reported (
	la_code TEXT NOT NULL, 
	table_name TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	case_number TEXT NOT NULL, 
	column_name TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	reported_from DATE NOT NULL, 
	reported_to DATE, 
	team_key BIGINT, 
	PRIMARY KEY (la_code, table_name, record_id, case_number, column_name, reason, reported_from)
);
comment on table restricted.reported is 'A record that is loaded and counted though it fails a check, for those who mend it: reported from the first of these nights on, and no more from the other on (9999-12-31 while it is). record_id: the source''s. team_key: the record''s own when first reported, else the one of the child''s latest referral.';
