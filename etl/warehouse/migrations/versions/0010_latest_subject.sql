CREATE TABLE report.latest_subject (
	la_code TEXT, 
	measure TEXT, 
	month DATE, 
	subject_id TEXT, 
	child_key BIGINT, 
	team_key BIGINT, 
	in_numerator BIGINT, 
	in_denominator BIGINT
);
comment on table report.latest_subject is 'What each latest figure of the last 13 months counts, one by one.';
CREATE UNIQUE INDEX latest_subject_key ON report.latest_subject (la_code, measure, month, subject_id);
comment on column warehouse.fact_child_month.plan_category is 'its category of abuse, as first known after the month';
