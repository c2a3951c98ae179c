CREATE TABLE warehouse.fact_legal_status (
	la_code TEXT NOT NULL, 
	legal_status_id TEXT NOT NULL, 
	legal_status_code TEXT, 
	started_date DATE, 
	ended_date DATE, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, legal_status_id, known_from)
);
CREATE INDEX fact_legal_status_started_date ON warehouse.fact_legal_status (started_date);
CREATE INDEX fact_legal_status_child_key ON warehouse.fact_legal_status (child_key);
comment on table warehouse.fact_legal_status is 'A legal status of a child. Default date: started_date.';
comment on column warehouse.fact_legal_status.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_legal_status.legal_status_id is 'the source''s id';
comment on column warehouse.fact_legal_status.legal_status_code is 'national code, else the source''s label';
comment on column warehouse.fact_legal_status.started_date is 'when it began';
comment on column warehouse.fact_legal_status.ended_date is 'when it ended or is planned to end';
comment on column warehouse.fact_legal_status.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_legal_status.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_legal_status.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_legal_status.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_legal_status.run_id is 'the run that brought this version';
comment on column warehouse.fact_legal_status.known_from is 'first extract that held it';
comment on column warehouse.fact_legal_status.known_to is 'first that did not; 9999-12-31';
ALTER TABLE warehouse.dim_child ADD COLUMN died_date DATE;
comment on column warehouse.dim_child.died_date is 'when the child died';
ALTER TABLE warehouse.fact_child_protection_review ADD COLUMN is_inquorate BOOLEAN;
comment on column warehouse.fact_child_protection_review.is_inquorate is 'too few were there: it was not held as a review';
comment on column warehouse.fact_child_in_need_plan.closed_date is 'since when no visit is owed under it: its end, or before that the day from which the child is on a child protection plan or in care to the end';
