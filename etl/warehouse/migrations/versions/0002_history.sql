CREATE TABLE report.frozen_month (
	la_code TEXT NOT NULL, 
	label TEXT NOT NULL, 
	month DATE, 
	known_on DATE, 
	frozen_at TIMESTAMP WITHOUT TIME ZONE, 
	run_id TEXT, 
	software_version TEXT, 
	definitions_sha256 TEXT, 
	rules_sha256 TEXT, 
	authority_sha256 TEXT, 
	PRIMARY KEY (la_code, label)
);
comment on table report.frozen_month is 'A month''s figures kept as published, and what made them.';
CREATE TABLE report.frozen_subject (
	la_code TEXT NOT NULL, 
	label TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	month DATE, 
	child_key BIGINT, 
	team_key BIGINT, 
	in_numerator BIGINT, 
	in_denominator BIGINT, 
	PRIMARY KEY (la_code, label, measure, subject_id)
);
comment on table report.frozen_subject is 'What a frozen figure counted, one by one.';
CREATE TABLE report.restatement (
	la_code TEXT NOT NULL, 
	label TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	month DATE, 
	published_known_on DATE, 
	published_numerator BIGINT, 
	published_denominator BIGINT, 
	published DOUBLE PRECISION, 
	now_known_on DATE, 
	now_numerator BIGINT, 
	now_denominator BIGINT, 
	now DOUBLE PRECISION, 
	difference DOUBLE PRECISION, 
	recorded_late BIGINT, 
	corrected_date BIGINT, 
	added BIGINT, 
	removed BIGINT, 
	merged_child BIGINT, 
	changed_status BIGINT, 
	changed_rule BIGINT, 
	PRIMARY KEY (la_code, label, measure)
);
comment on table report.restatement is 'A frozen figure beside what it is now, and how much of what it counts moved, by cause.';
CREATE TABLE report.restated_subject (
	la_code TEXT NOT NULL, 
	label TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	month DATE, 
	cause TEXT, 
	child_key BIGINT, 
	team_key BIGINT, 
	was_in_numerator BIGINT, 
	was_in_denominator BIGINT, 
	is_in_numerator BIGINT, 
	is_in_denominator BIGINT, 
	PRIMARY KEY (la_code, label, measure, subject_id)
);
comment on table report.restated_subject is 'What entered, left or changed its place in a frozen figure since, and why.';
ALTER TABLE audit.load_run ADD COLUMN undone_at TIMESTAMP WITHOUT TIME ZONE;
comment on table audit.load_run is 'A run that loaded a night, was stopped, or was taken back.';
