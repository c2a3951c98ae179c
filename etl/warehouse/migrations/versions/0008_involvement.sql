CREATE TABLE warehouse.fact_involvement (
	la_code TEXT NOT NULL, 
	involvement_id TEXT NOT NULL, 
	referral_id TEXT, 
	role_code TEXT, 
	is_allocated BOOLEAN, 
	started_date DATE, 
	ended_date DATE, 
	change_reason_code TEXT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, involvement_id, known_from)
);
CREATE INDEX fact_involvement_child_key ON warehouse.fact_involvement (child_key);
CREATE INDEX fact_involvement_started_date ON warehouse.fact_involvement (started_date);
comment on table warehouse.fact_involvement is 'A worker''s involvement with a child. Default date: started_date.';
comment on column warehouse.fact_involvement.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_involvement.involvement_id is 'the source''s id';
comment on column warehouse.fact_involvement.referral_id is 'the referral it came with';
comment on column warehouse.fact_involvement.role_code is 'what the worker is to the child; CW: allocated case worker';
comment on column warehouse.fact_involvement.is_allocated is 'the child is allocated to the worker, who is responsible for it';
comment on column warehouse.fact_involvement.started_date is 'when it began';
comment on column warehouse.fact_involvement.ended_date is 'when it ended or is planned to end';
comment on column warehouse.fact_involvement.change_reason_code is 'why the worker changed';
comment on column warehouse.fact_involvement.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_involvement.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_involvement.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_involvement.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_involvement.run_id is 'the run that brought this version';
comment on column warehouse.fact_involvement.known_from is 'first extract that held it';
comment on column warehouse.fact_involvement.known_to is 'first that did not; 9999-12-31';
ALTER TABLE restricted.worker_identity ADD COLUMN forename TEXT;
ALTER TABLE restricted.worker_identity ADD COLUMN surname TEXT;
ALTER TABLE warehouse.dim_authority ADD COLUMN published_months BIGINT;
comment on column warehouse.dim_authority.published_months is 'how many complete months its latest figures cover';
ALTER TABLE warehouse.dim_authority ADD COLUMN history_from DATE;
comment on column warehouse.dim_authority.history_from is 'since when it says that its extract is whole';
ALTER TABLE report.monthly_measure ADD COLUMN is_comparable BOOLEAN;
ALTER TABLE report.monthly_measure_by_team ADD COLUMN is_comparable BOOLEAN;
ALTER TABLE report.monthly_measure_by_team ADD COLUMN team_name TEXT;
CREATE TABLE report.measure_history (
	la_code TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	comparable_from DATE, 
	PRIMARY KEY (la_code, measure)
);
comment on table report.measure_history is 'Since which month a measure may be compared, as the last extract''s history goes; empty where no month may.';
