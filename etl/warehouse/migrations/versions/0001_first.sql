CREATE TABLE audit.expectation_result (
	run_id TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	table_name TEXT, 
	column_name TEXT, 
	reason TEXT, 
	says TEXT, 
	action TEXT, 
	outcome TEXT, 
	rows BIGINT, 
	rows_failed BIGINT, 
	PRIMARY KEY (run_id, number)
);
comment on table audit.expectation_result is 'What came of an expectation in a run.';
CREATE TABLE audit.load_run (
	run_id TEXT NOT NULL, 
	la_code TEXT, 
	extract_date DATE, 
	status TEXT, 
	message TEXT, 
	started_at TIMESTAMP WITHOUT TIME ZONE, 
	finished_at TIMESTAMP WITHOUT TIME ZONE, 
	software_version TEXT, 
	extract_sha256 TEXT, 
	authority_sha256 TEXT, 
	rules_sha256 TEXT, 
	previous_run_id TEXT, 
	PRIMARY KEY (run_id)
);
comment on table audit.load_run is 'A run that loaded a night, or was stopped.';
CREATE TABLE audit.observation (
	run_id TEXT NOT NULL, 
	observation TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	rows BIGINT, 
	PRIMARY KEY (run_id, observation, detail)
);
comment on table audit.observation is 'What else a run came upon, counted.';
CREATE TABLE audit.privacy_action (
	action_id TEXT NOT NULL, 
	part TEXT NOT NULL, 
	la_code TEXT, 
	action TEXT, 
	done_at TIMESTAMP WITHOUT TIME ZONE, 
	software_version TEXT, 
	rows BIGINT, 
	PRIMARY KEY (action_id, part)
);
comment on table audit.privacy_action is 'An erasure, a purge or a change of key: what was done and to how many, not to whom.';
CREATE TABLE audit.rejected_row (
	run_id TEXT NOT NULL, 
	table_name TEXT NOT NULL, 
	record_number BIGINT NOT NULL, 
	source_table TEXT, 
	column_name TEXT, 
	reason TEXT, 
	PRIMARY KEY (run_id, table_name, record_number)
);
comment on table audit.rejected_row is 'A record that was held back, and why; no value.';
CREATE TABLE audit.replaced_value (
	run_id TEXT NOT NULL, 
	source_table TEXT NOT NULL, 
	source_column TEXT NOT NULL, 
	spelling TEXT NOT NULL, 
	rows BIGINT, 
	PRIMARY KEY (run_id, source_table, source_column, spelling)
);
comment on table audit.replaced_value is 'Values read as missing, by how they were spelt.';
CREATE TABLE audit.table_load (
	run_id TEXT NOT NULL, 
	table_name TEXT NOT NULL, 
	source_table TEXT, 
	rows_in_file BIGINT, 
	repeats BIGINT, 
	outside BIGINT, 
	held_back BIGINT, 
	kept_earlier_version BIGINT, 
	loaded BIGINT, 
	unchanged BIGINT, 
	new_versions BIGINT, 
	closed BIGINT, 
	PRIMARY KEY (run_id, table_name)
);
comment on table audit.table_load is 'Where the records of a table went, in a run.';
CREATE TABLE report.last_extract (
	la_code TEXT NOT NULL, 
	extract_date DATE, 
	run_id TEXT, 
	PRIMARY KEY (la_code)
);
comment on table report.last_extract is 'The last extract loaded of each authority.';
CREATE TABLE report.measure (
	measure TEXT NOT NULL, 
	title TEXT, 
	definition TEXT, 
	unit TEXT, 
	better TEXT, 
	citation TEXT, 
	PRIMARY KEY (measure)
);
comment on table report.measure is 'What each measure means.';
CREATE TABLE report.monthly_measure (
	la_code TEXT NOT NULL, 
	month DATE NOT NULL, 
	measure TEXT NOT NULL, 
	label TEXT NOT NULL, 
	numerator BIGINT, 
	denominator BIGINT, 
	value DOUBLE PRECISION, 
	known_on DATE, 
	PRIMARY KEY (la_code, month, measure, label)
);
comment on table report.monthly_measure is 'A measure of an authority in a month.';
CREATE TABLE report.monthly_measure_by_team (
	la_code TEXT NOT NULL, 
	month DATE NOT NULL, 
	measure TEXT NOT NULL, 
	label TEXT NOT NULL, 
	team_key BIGINT NOT NULL, 
	numerator BIGINT, 
	denominator BIGINT, 
	value DOUBLE PRECISION, 
	known_on DATE, 
	PRIMARY KEY (la_code, month, measure, label, team_key)
);
comment on table report.monthly_measure_by_team is 'The same for a team.';
CREATE TABLE restricted.child_identity (
	child_key BIGINT NOT NULL, 
	la_code TEXT, 
	case_number TEXT, 
	legacy_id TEXT, 
	PRIMARY KEY (child_key)
);
comment on table restricted.child_identity is 'The child behind a key.';
CREATE TABLE restricted.erased_child (
	recognised_by TEXT NOT NULL, 
	la_code TEXT, 
	PRIMARY KEY (recognised_by)
);
comment on table restricted.erased_child is 'Children that stay erased: a keyed hash by which an extract''s row is recognised.';
CREATE TABLE restricted.erasure_secret (
	la_code TEXT NOT NULL, 
	secret TEXT, 
	PRIMARY KEY (la_code)
);
comment on table restricted.erasure_secret is 'What erased children are recognised with, encrypted with the pseudonym key.';
CREATE TABLE restricted.family_identity (
	family_key BIGINT NOT NULL, 
	la_code TEXT, 
	family_id TEXT, 
	PRIMARY KEY (family_key)
);
comment on table restricted.family_identity is 'The family behind a key.';
CREATE TABLE restricted.worker_identity (
	worker_key BIGINT NOT NULL, 
	la_code TEXT, 
	worker_id TEXT, 
	staff_id TEXT, 
	PRIMARY KEY (worker_key)
);
comment on table restricted.worker_identity is 'The worker behind a key.';
CREATE TABLE warehouse.dim_authority (
	la_code TEXT NOT NULL, 
	name TEXT, 
	region TEXT, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, known_from)
);
comment on table warehouse.dim_authority is 'An authority.';
comment on column warehouse.dim_authority.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_authority.name is 'its name';
comment on column warehouse.dim_authority.region is 'its region';
comment on column warehouse.dim_authority.run_id is 'the run that brought this version';
comment on column warehouse.dim_authority.known_from is 'first extract that held it';
comment on column warehouse.dim_authority.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_child (
	child_key BIGINT NOT NULL, 
	la_code TEXT NOT NULL, 
	child_token TEXT, 
	sex TEXT, 
	ethnicity_code TEXT, 
	ethnicity TEXT, 
	birth_month DATE, 
	is_unborn BOOLEAN, 
	is_disabled BOOLEAN, 
	is_merged BOOLEAN, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (child_key, known_from)
);
comment on table warehouse.dim_child is 'A child.';
comment on column warehouse.dim_child.child_key is 'durable key; 0 is the unknown member';
comment on column warehouse.dim_child.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_child.child_token is 'HMAC-SHA-256 of the authority and the source''s id';
comment on column warehouse.dim_child.sex is 'M, F or U (not known)';
comment on column warehouse.dim_child.ethnicity_code is 'national ethnicity code, else the source''s own';
comment on column warehouse.dim_child.ethnicity is 'its label';
comment on column warehouse.dim_child.birth_month is 'first day of the month of birth; the day is not kept';
comment on column warehouse.dim_child.is_unborn is 'not born yet at the extract date, by an expected date of birth';
comment on column warehouse.dim_child.is_disabled is 'has a disability on record; empty where the extract does not say';
comment on column warehouse.dim_child.is_merged is 'a duplicate that was merged into another record: outside measures';
comment on column warehouse.dim_child.run_id is 'the run that brought this version';
comment on column warehouse.dim_child.known_from is 'first extract that held it';
comment on column warehouse.dim_child.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_code (
	la_code TEXT NOT NULL, 
	code_list TEXT NOT NULL, 
	code TEXT NOT NULL, 
	label TEXT, 
	national_code TEXT, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, code_list, code, known_from)
);
comment on table warehouse.dim_code is 'A value of a code list.';
comment on column warehouse.dim_code.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_code.code_list is 'the list';
comment on column warehouse.dim_code.code is 'the value';
comment on column warehouse.dim_code.label is 'what it means';
comment on column warehouse.dim_code.national_code is 'the national code it stands for';
comment on column warehouse.dim_code.run_id is 'the run that brought this version';
comment on column warehouse.dim_code.known_from is 'first extract that held it';
comment on column warehouse.dim_code.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_comparator (
	la_code TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	financial_year TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	value DOUBLE PRECISION, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, measure, financial_year, scope, known_from)
);
comment on table warehouse.dim_comparator is 'A measure, financial year and scope.';
comment on column warehouse.dim_comparator.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_comparator.measure is 'the measure';
comment on column warehouse.dim_comparator.financial_year is 'such as 2014/15';
comment on column warehouse.dim_comparator.scope is 'england or statistical_neighbours';
comment on column warehouse.dim_comparator.value is 'their figure';
comment on column warehouse.dim_comparator.run_id is 'the run that brought this version';
comment on column warehouse.dim_comparator.known_from is 'first extract that held it';
comment on column warehouse.dim_comparator.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_date (
	date DATE NOT NULL, 
	year BIGINT, 
	month_start DATE, 
	month_end DATE, 
	month_name TEXT, 
	week_start DATE, 
	day_name TEXT, 
	quarter BIGINT, 
	financial_year TEXT, 
	financial_quarter BIGINT, 
	financial_month BIGINT, 
	is_weekend BOOLEAN, 
	is_working_day BOOLEAN, 
	working_day_number BIGINT, 
	bank_holiday TEXT, 
	PRIMARY KEY (date)
);
comment on table warehouse.dim_date is 'A day, 1990 to the end of the calendar file.';
comment on column warehouse.dim_date.date is 'the day';
comment on column warehouse.dim_date.year is 'calendar year';
comment on column warehouse.dim_date.month_start is 'first day of its month';
comment on column warehouse.dim_date.month_end is 'last day of its month';
comment on column warehouse.dim_date.month_name is 'January ...';
comment on column warehouse.dim_date.week_start is 'the Monday of its week';
comment on column warehouse.dim_date.day_name is 'Monday ...';
comment on column warehouse.dim_date.quarter is 'calendar quarter, 1 to 4';
comment on column warehouse.dim_date.financial_year is 'such as 2014/15; begins in April';
comment on column warehouse.dim_date.financial_quarter is '1 is April to June';
comment on column warehouse.dim_date.financial_month is '1 is April';
comment on column warehouse.dim_date.is_weekend is 'Saturday or Sunday';
comment on column warehouse.dim_date.is_working_day is 'Monday to Friday and no bank holiday in England';
comment on column warehouse.dim_date.working_day_number is 'running count of working days, this day included';
comment on column warehouse.dim_date.bank_holiday is 'its name';
CREATE TABLE warehouse.dim_family (
	family_key BIGINT NOT NULL, 
	la_code TEXT NOT NULL, 
	family_token TEXT, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (family_key, known_from)
);
comment on table warehouse.dim_family is 'A family; a child without one is a family of its own.';
comment on column warehouse.dim_family.family_key is 'durable key; 0 is the unknown member';
comment on column warehouse.dim_family.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_family.family_token is 'HMAC-SHA-256 of the authority and the source''s family id';
comment on column warehouse.dim_family.run_id is 'the run that brought this version';
comment on column warehouse.dim_family.known_from is 'first extract that held it';
comment on column warehouse.dim_family.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_population (
	la_code TEXT NOT NULL, 
	year BIGINT NOT NULL, 
	children_0_17 BIGINT, 
	source TEXT, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, year, known_from)
);
comment on table warehouse.dim_population is 'An authority and a mid-year.';
comment on column warehouse.dim_population.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_population.year is 'the mid-year';
comment on column warehouse.dim_population.children_0_17 is 'children aged 0 to 17';
comment on column warehouse.dim_population.source is 'where the figure is from';
comment on column warehouse.dim_population.run_id is 'the run that brought this version';
comment on column warehouse.dim_population.known_from is 'first extract that held it';
comment on column warehouse.dim_population.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_target (
	la_code TEXT NOT NULL, 
	measure TEXT NOT NULL, 
	financial_year TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	value DOUBLE PRECISION, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, measure, financial_year, scope, known_from)
);
comment on table warehouse.dim_target is 'A measure and financial year.';
comment on column warehouse.dim_target.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_target.measure is 'the measure';
comment on column warehouse.dim_target.financial_year is 'such as 2014/15';
comment on column warehouse.dim_target.scope is 'always target';
comment on column warehouse.dim_target.value is 'the target';
comment on column warehouse.dim_target.run_id is 'the run that brought this version';
comment on column warehouse.dim_target.known_from is 'first extract that held it';
comment on column warehouse.dim_target.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_team (
	team_key BIGINT NOT NULL, 
	la_code TEXT NOT NULL, 
	team_id TEXT, 
	name TEXT, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (team_key, known_from)
);
comment on table warehouse.dim_team is 'A team.';
comment on column warehouse.dim_team.team_key is 'durable key; 0 is the unknown member';
comment on column warehouse.dim_team.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_team.team_id is 'the source''s id';
comment on column warehouse.dim_team.name is 'the team''s name';
comment on column warehouse.dim_team.run_id is 'the run that brought this version';
comment on column warehouse.dim_team.known_from is 'first extract that held it';
comment on column warehouse.dim_team.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_timescale (
	timescale_key BIGINT NOT NULL, 
	la_code TEXT NOT NULL, 
	timescale TEXT, 
	title TEXT, 
	rule TEXT, 
	allowance TEXT, 
	counting TEXT, 
	citation TEXT, 
	is_local BOOLEAN, 
	is_statutory BOOLEAN, 
	in_force_since DATE, 
	effective_from DATE, 
	effective_to DATE, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (timescale_key, known_from)
);
comment on table warehouse.dim_timescale is 'A rule of an authority, from a date.';
comment on column warehouse.dim_timescale.timescale_key is 'durable key; 0 is the unknown member';
comment on column warehouse.dim_timescale.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_timescale.timescale is 'the rule''s name';
comment on column warehouse.dim_timescale.title is 'its title';
comment on column warehouse.dim_timescale.rule is 'the rule as a sentence, with the allowances of this standard';
comment on column warehouse.dim_timescale.allowance is 'the time given, in words';
comment on column warehouse.dim_timescale.counting is 'elapsed: the start is day 0; inclusive: the start is day 1';
comment on column warehouse.dim_timescale.citation is 'where the rule is from';
comment on column warehouse.dim_timescale.is_local is 'the authority''s own standard';
comment on column warehouse.dim_timescale.is_statutory is 'set by law or statutory guidance';
comment on column warehouse.dim_timescale.in_force_since is 'since when its source says so; empty if not known';
comment on column warehouse.dim_timescale.effective_from is 'first day of the clock starts it is applied to';
comment on column warehouse.dim_timescale.effective_to is 'first day of those it is no longer applied to';
comment on column warehouse.dim_timescale.run_id is 'the run that brought this version';
comment on column warehouse.dim_timescale.known_from is 'first extract that held it';
comment on column warehouse.dim_timescale.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.dim_worker (
	worker_key BIGINT NOT NULL, 
	la_code TEXT NOT NULL, 
	worker_token TEXT, 
	job_title TEXT, 
	team_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (worker_key, known_from)
);
comment on table warehouse.dim_worker is 'A worker.';
comment on column warehouse.dim_worker.worker_key is 'durable key; 0 is the unknown member';
comment on column warehouse.dim_worker.la_code is 'three digits; empty in national lists';
comment on column warehouse.dim_worker.worker_token is 'HMAC-SHA-256 of the authority and the source''s id';
comment on column warehouse.dim_worker.job_title is 'the job title';
comment on column warehouse.dim_worker.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.dim_worker.run_id is 'the run that brought this version';
comment on column warehouse.dim_worker.known_from is 'first extract that held it';
comment on column warehouse.dim_worker.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.fact_care_episode (
	la_code TEXT NOT NULL, 
	episode_id TEXT NOT NULL, 
	looked_after_id TEXT, 
	started_date DATE, 
	ended_date DATE, 
	start_reason_code TEXT, 
	end_reason_code TEXT, 
	legal_status_code TEXT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, episode_id, known_from)
);
comment on table warehouse.fact_care_episode is 'An episode within a period of care. Default date: started_date.';
comment on column warehouse.fact_care_episode.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_care_episode.episode_id is 'the source''s id';
comment on column warehouse.fact_care_episode.looked_after_id is 'its period of care';
comment on column warehouse.fact_care_episode.started_date is 'when the episode began';
comment on column warehouse.fact_care_episode.ended_date is 'when it ended';
comment on column warehouse.fact_care_episode.start_reason_code is 'why it began';
comment on column warehouse.fact_care_episode.end_reason_code is 'why it ended; X1: another episode follows';
comment on column warehouse.fact_care_episode.legal_status_code is 'legal status at its start';
comment on column warehouse.fact_care_episode.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_care_episode.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_care_episode.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_care_episode.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_care_episode.run_id is 'the run that brought this version';
comment on column warehouse.fact_care_episode.known_from is 'first extract that held it';
comment on column warehouse.fact_care_episode.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_care_episode_child_key ON warehouse.fact_care_episode (child_key);
CREATE INDEX fact_care_episode_started_date ON warehouse.fact_care_episode (started_date);
CREATE TABLE warehouse.fact_child_in_need_plan (
	la_code TEXT NOT NULL, 
	child_in_need_plan_id TEXT NOT NULL, 
	referral_id TEXT, 
	started_date DATE, 
	ended_date DATE, 
	closed_date DATE, 
	is_cancelled BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, child_in_need_plan_id, known_from)
);
comment on table warehouse.fact_child_in_need_plan is 'A child in need plan of a child. Default date: started_date.';
comment on column warehouse.fact_child_in_need_plan.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_child_in_need_plan.child_in_need_plan_id is 'the source''s id';
comment on column warehouse.fact_child_in_need_plan.referral_id is 'its referral';
comment on column warehouse.fact_child_in_need_plan.started_date is 'when the plan began';
comment on column warehouse.fact_child_in_need_plan.ended_date is 'when it ended';
comment on column warehouse.fact_child_in_need_plan.closed_date is 'since when no visit is owed under it: its end, or before that the day the child came on a child protection plan or into care';
comment on column warehouse.fact_child_in_need_plan.is_cancelled is 'its status is the one that the returns leave out';
comment on column warehouse.fact_child_in_need_plan.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_child_in_need_plan.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_child_in_need_plan.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_child_in_need_plan.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_child_in_need_plan.run_id is 'the run that brought this version';
comment on column warehouse.fact_child_in_need_plan.known_from is 'first extract that held it';
comment on column warehouse.fact_child_in_need_plan.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_child_in_need_plan_child_key ON warehouse.fact_child_in_need_plan (child_key);
CREATE INDEX fact_child_in_need_plan_started_date ON warehouse.fact_child_in_need_plan (started_date);
CREATE TABLE warehouse.fact_child_month (
	la_code TEXT NOT NULL, 
	month_end DATE NOT NULL, 
	is_in_need BOOLEAN, 
	is_on_plan BOOLEAN, 
	plan_category TEXT, 
	is_looked_after BOOLEAN, 
	age_band TEXT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, month_end, child_key, known_from)
);
comment on table warehouse.fact_child_month is 'A child open to the service at the end of a month. Default date: month_end.';
comment on column warehouse.fact_child_month.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_child_month.month_end is 'the month''s last day';
comment on column warehouse.fact_child_month.is_in_need is 'a referral is open';
comment on column warehouse.fact_child_month.is_on_plan is 'a child protection plan is open; temporary ones do not count';
comment on column warehouse.fact_child_month.plan_category is 'its latest category of abuse';
comment on column warehouse.fact_child_month.is_looked_after is 'looked after; short breaks do not count';
comment on column warehouse.fact_child_month.age_band is 'unborn, 0, 1-4, 5-9, 10-15, 16-17, 18+ or not known';
comment on column warehouse.fact_child_month.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_child_month.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_child_month.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_child_month.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_child_month.run_id is 'the run that brought this version';
comment on column warehouse.fact_child_month.known_from is 'first extract that held it';
comment on column warehouse.fact_child_month.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_child_month_child_key ON warehouse.fact_child_month (child_key);
CREATE INDEX fact_child_month_month_end ON warehouse.fact_child_month (month_end);
CREATE TABLE warehouse.fact_child_protection_plan (
	la_code TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	conference_id TEXT, 
	referral_id TEXT, 
	started_date DATE, 
	ended_date DATE, 
	initial_category TEXT, 
	latest_category TEXT, 
	is_temporary BOOLEAN, 
	plan_number BIGINT, 
	previous_plan_ended_date DATE, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, plan_id, known_from)
);
comment on table warehouse.fact_child_protection_plan is 'A plan of a child. Default date: started_date.';
comment on column warehouse.fact_child_protection_plan.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_child_protection_plan.plan_id is 'the source''s id';
comment on column warehouse.fact_child_protection_plan.conference_id is 'the initial conference that made it';
comment on column warehouse.fact_child_protection_plan.referral_id is 'its referral';
comment on column warehouse.fact_child_protection_plan.started_date is 'when the plan began';
comment on column warehouse.fact_child_protection_plan.ended_date is 'when it ended';
comment on column warehouse.fact_child_protection_plan.initial_category is 'category of abuse at the start';
comment on column warehouse.fact_child_protection_plan.latest_category is 'category of abuse now';
comment on column warehouse.fact_child_protection_plan.is_temporary is 'another authority''s plan for a child who stays here for a time';
comment on column warehouse.fact_child_protection_plan.plan_number is '1 for the child''s first plan here; empty if temporary';
comment on column warehouse.fact_child_protection_plan.previous_plan_ended_date is 'when the plan before it ended';
comment on column warehouse.fact_child_protection_plan.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_child_protection_plan.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_child_protection_plan.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_child_protection_plan.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_child_protection_plan.run_id is 'the run that brought this version';
comment on column warehouse.fact_child_protection_plan.known_from is 'first extract that held it';
comment on column warehouse.fact_child_protection_plan.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_child_protection_plan_child_key ON warehouse.fact_child_protection_plan (child_key);
CREATE INDEX fact_child_protection_plan_started_date ON warehouse.fact_child_protection_plan (started_date);
CREATE TABLE warehouse.fact_child_protection_review (
	la_code TEXT NOT NULL, 
	review_id TEXT NOT NULL, 
	plan_id TEXT, 
	meeting_id TEXT, 
	source_due_date DATE, 
	held_date DATE, 
	is_cancelled BOOLEAN, 
	is_finalised BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, review_id, known_from)
);
comment on table warehouse.fact_child_protection_review is 'A child at a review, due or held. Default date: held_date.';
comment on column warehouse.fact_child_protection_review.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_child_protection_review.review_id is 'the source''s id';
comment on column warehouse.fact_child_protection_review.plan_id is 'the plan reviewed';
comment on column warehouse.fact_child_protection_review.meeting_id is 'the meeting, shared by siblings';
comment on column warehouse.fact_child_protection_review.source_due_date is 'the source''s own due date';
comment on column warehouse.fact_child_protection_review.held_date is 'when it was held; of a cancelled one, when it was to be';
comment on column warehouse.fact_child_protection_review.is_cancelled is 'the meeting was cancelled';
comment on column warehouse.fact_child_protection_review.is_finalised is 'an outcome form is on record';
comment on column warehouse.fact_child_protection_review.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_child_protection_review.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_child_protection_review.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_child_protection_review.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_child_protection_review.run_id is 'the run that brought this version';
comment on column warehouse.fact_child_protection_review.known_from is 'first extract that held it';
comment on column warehouse.fact_child_protection_review.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_child_protection_review_child_key ON warehouse.fact_child_protection_review (child_key);
CREATE INDEX fact_child_protection_review_held_date ON warehouse.fact_child_protection_review (held_date);
CREATE TABLE warehouse.fact_contact (
	la_code TEXT NOT NULL, 
	contact_id TEXT NOT NULL, 
	received_date DATE, 
	decided_date DATE, 
	source_code TEXT, 
	is_new_referral BOOLEAN, 
	is_existing_referral BOOLEAN, 
	is_advice BOOLEAN, 
	is_no_further_action BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, contact_id, known_from)
);
comment on table warehouse.fact_contact is 'A contact about a child. Default date: received_date.';
comment on column warehouse.fact_contact.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_contact.contact_id is 'the source''s id';
comment on column warehouse.fact_contact.received_date is 'when the contact was received';
comment on column warehouse.fact_contact.decided_date is 'when it was decided on, where the extract carries that';
comment on column warehouse.fact_contact.source_code is 'who made it';
comment on column warehouse.fact_contact.is_new_referral is 'its outcome is a new referral';
comment on column warehouse.fact_contact.is_existing_referral is 'it was added to an open referral';
comment on column warehouse.fact_contact.is_advice is 'its outcome is advice or information';
comment on column warehouse.fact_contact.is_no_further_action is 'nothing more was done';
comment on column warehouse.fact_contact.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_contact.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_contact.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_contact.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_contact.run_id is 'the run that brought this version';
comment on column warehouse.fact_contact.known_from is 'first extract that held it';
comment on column warehouse.fact_contact.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_contact_child_key ON warehouse.fact_contact (child_key);
CREATE INDEX fact_contact_received_date ON warehouse.fact_contact (received_date);
CREATE TABLE warehouse.fact_early_help (
	la_code TEXT NOT NULL, 
	early_help_id TEXT NOT NULL, 
	started_date DATE, 
	ended_date DATE, 
	organisation_code TEXT, 
	end_reason_code TEXT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, early_help_id, known_from)
);
comment on table warehouse.fact_early_help is 'An early help (CAF) episode of a child. Default date: started_date.';
comment on column warehouse.fact_early_help.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_early_help.early_help_id is 'the source''s id';
comment on column warehouse.fact_early_help.started_date is 'when the episode began';
comment on column warehouse.fact_early_help.ended_date is 'when it ended';
comment on column warehouse.fact_early_help.organisation_code is 'the organisation it came from (local list)';
comment on column warehouse.fact_early_help.end_reason_code is 'why it ended (local list)';
comment on column warehouse.fact_early_help.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_early_help.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_early_help.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_early_help.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_early_help.run_id is 'the run that brought this version';
comment on column warehouse.fact_early_help.known_from is 'first extract that held it';
comment on column warehouse.fact_early_help.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_early_help_child_key ON warehouse.fact_early_help (child_key);
CREATE INDEX fact_early_help_started_date ON warehouse.fact_early_help (started_date);
CREATE TABLE warehouse.fact_initial_conference (
	la_code TEXT NOT NULL, 
	conference_id TEXT NOT NULL, 
	referral_id TEXT, 
	enquiry_id TEXT, 
	meeting_id TEXT, 
	due_date DATE, 
	held_date DATE, 
	is_transfer_in BOOLEAN, 
	is_cancelled BOOLEAN, 
	outcome TEXT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, conference_id, known_from)
);
comment on table warehouse.fact_initial_conference is 'A child at an initial conference. Default date: held_date.';
comment on column warehouse.fact_initial_conference.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_initial_conference.conference_id is 'the source''s id';
comment on column warehouse.fact_initial_conference.referral_id is 'its referral';
comment on column warehouse.fact_initial_conference.enquiry_id is 'the section 47 enquiry that led to it';
comment on column warehouse.fact_initial_conference.meeting_id is 'the meeting, shared by siblings';
comment on column warehouse.fact_initial_conference.due_date is 'the source''s own due date';
comment on column warehouse.fact_initial_conference.held_date is 'when it was held; of a cancelled one, when it was to be';
comment on column warehouse.fact_initial_conference.is_transfer_in is 'called because a child on a plan moved here';
comment on column warehouse.fact_initial_conference.is_cancelled is 'the meeting was cancelled';
comment on column warehouse.fact_initial_conference.outcome is 'child_protection_plan, no_further_action, ...; empty while none is set';
comment on column warehouse.fact_initial_conference.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_initial_conference.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_initial_conference.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_initial_conference.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_initial_conference.run_id is 'the run that brought this version';
comment on column warehouse.fact_initial_conference.known_from is 'first extract that held it';
comment on column warehouse.fact_initial_conference.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_initial_conference_child_key ON warehouse.fact_initial_conference (child_key);
CREATE INDEX fact_initial_conference_held_date ON warehouse.fact_initial_conference (held_date);
CREATE TABLE warehouse.fact_looked_after_period (
	la_code TEXT NOT NULL, 
	looked_after_id TEXT NOT NULL, 
	referral_id TEXT, 
	started_date DATE, 
	ended_date DATE, 
	end_reason_code TEXT, 
	is_short_break BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, looked_after_id, known_from)
);
comment on table warehouse.fact_looked_after_period is 'A period of care of a child. Default date: started_date.';
comment on column warehouse.fact_looked_after_period.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_looked_after_period.looked_after_id is 'the source''s id';
comment on column warehouse.fact_looked_after_period.referral_id is 'its referral';
comment on column warehouse.fact_looked_after_period.started_date is 'when the child became looked after';
comment on column warehouse.fact_looked_after_period.ended_date is 'when care ended: the end of its last episode';
comment on column warehouse.fact_looked_after_period.end_reason_code is 'why care ended';
comment on column warehouse.fact_looked_after_period.is_short_break is 'a series of short breaks (V3, V4): no measure';
comment on column warehouse.fact_looked_after_period.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_looked_after_period.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_looked_after_period.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_looked_after_period.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_looked_after_period.run_id is 'the run that brought this version';
comment on column warehouse.fact_looked_after_period.known_from is 'first extract that held it';
comment on column warehouse.fact_looked_after_period.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_looked_after_period_child_key ON warehouse.fact_looked_after_period (child_key);
CREATE INDEX fact_looked_after_period_started_date ON warehouse.fact_looked_after_period (started_date);
CREATE TABLE warehouse.fact_looked_after_review (
	la_code TEXT NOT NULL, 
	review_id TEXT NOT NULL, 
	looked_after_id TEXT, 
	meeting_id TEXT, 
	source_due_date DATE, 
	held_date DATE, 
	is_cancelled BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, review_id, known_from)
);
comment on table warehouse.fact_looked_after_review is 'A review of a looked after child, due or held. Default date: held_date.';
comment on column warehouse.fact_looked_after_review.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_looked_after_review.review_id is 'the source''s id';
comment on column warehouse.fact_looked_after_review.looked_after_id is 'its period of care';
comment on column warehouse.fact_looked_after_review.meeting_id is 'the meeting';
comment on column warehouse.fact_looked_after_review.source_due_date is 'the source''s own due date';
comment on column warehouse.fact_looked_after_review.held_date is 'when it was held; of a cancelled one, when it was to be';
comment on column warehouse.fact_looked_after_review.is_cancelled is 'the meeting was cancelled';
comment on column warehouse.fact_looked_after_review.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_looked_after_review.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_looked_after_review.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_looked_after_review.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_looked_after_review.run_id is 'the run that brought this version';
comment on column warehouse.fact_looked_after_review.known_from is 'first extract that held it';
comment on column warehouse.fact_looked_after_review.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_looked_after_review_child_key ON warehouse.fact_looked_after_review (child_key);
CREATE INDEX fact_looked_after_review_held_date ON warehouse.fact_looked_after_review (held_date);
CREATE TABLE warehouse.fact_placement (
	la_code TEXT NOT NULL, 
	placement_id TEXT NOT NULL, 
	looked_after_id TEXT, 
	started_date DATE, 
	ended_date DATE, 
	placement_type_code TEXT, 
	is_long_term BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, placement_id, known_from)
);
comment on table warehouse.fact_placement is 'A placement of a child. Default date: started_date.';
comment on column warehouse.fact_placement.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_placement.placement_id is 'the source''s id';
comment on column warehouse.fact_placement.looked_after_id is 'its period of care';
comment on column warehouse.fact_placement.started_date is 'when the placement began';
comment on column warehouse.fact_placement.ended_date is 'when it ended';
comment on column warehouse.fact_placement.placement_type_code is 'the kind of placement';
comment on column warehouse.fact_placement.is_long_term is 'meant to last until the child is 18 (U1, U4)';
comment on column warehouse.fact_placement.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_placement.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_placement.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_placement.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_placement.run_id is 'the run that brought this version';
comment on column warehouse.fact_placement.known_from is 'first extract that held it';
comment on column warehouse.fact_placement.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_placement_child_key ON warehouse.fact_placement (child_key);
CREATE INDEX fact_placement_started_date ON warehouse.fact_placement (started_date);
CREATE TABLE warehouse.fact_referral (
	la_code TEXT NOT NULL, 
	referral_id TEXT NOT NULL, 
	received_date DATE, 
	closed_date DATE, 
	source_code TEXT, 
	need_code TEXT, 
	closure_reason_code TEXT, 
	is_no_further_action BOOLEAN, 
	is_transfer_in BOOLEAN, 
	previous_referral_date DATE, 
	is_re_referral BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, referral_id, known_from)
);
comment on table warehouse.fact_referral is 'A referral of a child. Default date: received_date.';
comment on column warehouse.fact_referral.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_referral.referral_id is 'the source''s id';
comment on column warehouse.fact_referral.received_date is 'when the referral was received';
comment on column warehouse.fact_referral.closed_date is 'when the case was closed';
comment on column warehouse.fact_referral.source_code is 'who made it';
comment on column warehouse.fact_referral.need_code is 'the primary need';
comment on column warehouse.fact_referral.closure_reason_code is 'why the case was closed';
comment on column warehouse.fact_referral.is_no_further_action is 'nothing more was done';
comment on column warehouse.fact_referral.is_transfer_in is 'a child on another authority''s plan has moved here';
comment on column warehouse.fact_referral.previous_referral_date is 'the child''s last earlier referral, if any';
comment on column warehouse.fact_referral.is_re_referral is 'an earlier referral at most 12 calendar months before, that day included';
comment on column warehouse.fact_referral.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_referral.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_referral.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_referral.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_referral.run_id is 'the run that brought this version';
comment on column warehouse.fact_referral.known_from is 'first extract that held it';
comment on column warehouse.fact_referral.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_referral_child_key ON warehouse.fact_referral (child_key);
CREATE INDEX fact_referral_received_date ON warehouse.fact_referral (received_date);
CREATE TABLE warehouse.fact_section_47_enquiry (
	la_code TEXT NOT NULL, 
	enquiry_id TEXT NOT NULL, 
	referral_id TEXT, 
	started_date DATE, 
	completed_date DATE, 
	outcome TEXT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, enquiry_id, known_from)
);
comment on table warehouse.fact_section_47_enquiry is 'An enquiry about a child. Default date: started_date.';
comment on column warehouse.fact_section_47_enquiry.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_section_47_enquiry.enquiry_id is 'the source''s id';
comment on column warehouse.fact_section_47_enquiry.referral_id is 'its referral';
comment on column warehouse.fact_section_47_enquiry.started_date is 'the strategy discussion that began the enquiry';
comment on column warehouse.fact_section_47_enquiry.completed_date is 'when it was completed and authorised';
comment on column warehouse.fact_section_47_enquiry.outcome is 'initial_conference, no_further_action, ...; empty while none is set';
comment on column warehouse.fact_section_47_enquiry.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_section_47_enquiry.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_section_47_enquiry.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_section_47_enquiry.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_section_47_enquiry.run_id is 'the run that brought this version';
comment on column warehouse.fact_section_47_enquiry.known_from is 'first extract that held it';
comment on column warehouse.fact_section_47_enquiry.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_section_47_enquiry_child_key ON warehouse.fact_section_47_enquiry (child_key);
CREATE INDEX fact_section_47_enquiry_started_date ON warehouse.fact_section_47_enquiry (started_date);
CREATE TABLE warehouse.fact_single_assessment (
	la_code TEXT NOT NULL, 
	assessment_id TEXT NOT NULL, 
	referral_id TEXT, 
	started_date DATE, 
	authorised_date DATE, 
	status TEXT, 
	is_child_seen BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, assessment_id, known_from)
);
comment on table warehouse.fact_single_assessment is 'An assessment of a child. Default date: started_date.';
comment on column warehouse.fact_single_assessment.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_single_assessment.assessment_id is 'the source''s id';
comment on column warehouse.fact_single_assessment.referral_id is 'its referral';
comment on column warehouse.fact_single_assessment.started_date is 'when the assessment began';
comment on column warehouse.fact_single_assessment.authorised_date is 'when the manager authorised it';
comment on column warehouse.fact_single_assessment.status is 'draft, open, completed or cancelled';
comment on column warehouse.fact_single_assessment.is_child_seen is 'the child was seen';
comment on column warehouse.fact_single_assessment.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_single_assessment.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_single_assessment.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_single_assessment.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_single_assessment.run_id is 'the run that brought this version';
comment on column warehouse.fact_single_assessment.known_from is 'first extract that held it';
comment on column warehouse.fact_single_assessment.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_single_assessment_child_key ON warehouse.fact_single_assessment (child_key);
CREATE INDEX fact_single_assessment_started_date ON warehouse.fact_single_assessment (started_date);
CREATE TABLE warehouse.fact_timescale_obligation (
	la_code TEXT NOT NULL, 
	timescale TEXT NOT NULL, 
	subject_type TEXT, 
	subject_id TEXT NOT NULL, 
	sequence BIGINT NOT NULL, 
	meeting_id TEXT, 
	started_date DATE, 
	due_date DATE, 
	allowance TEXT, 
	done_date DATE, 
	closed_date DATE, 
	first_recorded_date DATE, 
	working_days_taken BIGINT, 
	days_taken BIGINT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	timescale_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, timescale, subject_id, sequence, known_from)
);
comment on table warehouse.fact_timescale_obligation is 'One thing owed to one child by one date. Default date: due_date.';
comment on column warehouse.fact_timescale_obligation.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_timescale_obligation.timescale is 'the rule''s name';
comment on column warehouse.fact_timescale_obligation.subject_type is 'what it is owed on: an assessment, enquiry, plan, ...';
comment on column warehouse.fact_timescale_obligation.subject_id is 'its id';
comment on column warehouse.fact_timescale_obligation.sequence is '1 for the first obligation on the subject, then 2, 3, ...';
comment on column warehouse.fact_timescale_obligation.meeting_id is 'the meeting that met it';
comment on column warehouse.fact_timescale_obligation.started_date is 'when the clock started';
comment on column warehouse.fact_timescale_obligation.due_date is 'the last day on which it is in time';
comment on column warehouse.fact_timescale_obligation.allowance is 'the time given, by the standard in force when the clock started';
comment on column warehouse.fact_timescale_obligation.done_date is 'when it was done';
comment on column warehouse.fact_timescale_obligation.closed_date is 'when the subject ended without it';
comment on column warehouse.fact_timescale_obligation.first_recorded_date is 'when the doing was first recorded; empty if not known';
comment on column warehouse.fact_timescale_obligation.working_days_taken is 'working days from start to done, the start being day 0';
comment on column warehouse.fact_timescale_obligation.days_taken is 'calendar days from start to done';
comment on column warehouse.fact_timescale_obligation.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_timescale_obligation.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_timescale_obligation.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_timescale_obligation.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_timescale_obligation.timescale_key is 'key of dim_timescale; 0 is not known';
comment on column warehouse.fact_timescale_obligation.run_id is 'the run that brought this version';
comment on column warehouse.fact_timescale_obligation.known_from is 'first extract that held it';
comment on column warehouse.fact_timescale_obligation.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_timescale_obligation_child_key ON warehouse.fact_timescale_obligation (child_key);
CREATE INDEX fact_timescale_obligation_due_date ON warehouse.fact_timescale_obligation (due_date);
CREATE INDEX fact_timescale_obligation_timescale ON warehouse.fact_timescale_obligation (timescale, due_date);
CREATE TABLE warehouse.fact_visit (
	la_code TEXT NOT NULL, 
	visit_id TEXT NOT NULL, 
	visit_type TEXT, 
	visited_date DATE, 
	recorded_date DATE, 
	is_child_seen BOOLEAN, 
	is_seen_alone BOOLEAN, 
	is_before_birth BOOLEAN, 
	plan_id TEXT, 
	child_in_need_plan_id TEXT, 
	placement_id TEXT, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, visit_id, known_from)
);
comment on table warehouse.fact_visit is 'A statutory visit to a child. Default date: visited_date.';
comment on column warehouse.fact_visit.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_visit.visit_id is 'the source''s id';
comment on column warehouse.fact_visit.visit_type is 'child_protection, looked_after or child_in_need';
comment on column warehouse.fact_visit.visited_date is 'when the visit was made';
comment on column warehouse.fact_visit.recorded_date is 'when it was recorded';
comment on column warehouse.fact_visit.is_child_seen is 'the child was seen';
comment on column warehouse.fact_visit.is_seen_alone is 'the child was seen alone';
comment on column warehouse.fact_visit.is_before_birth is 'made before the child''s birth date, real or expected';
comment on column warehouse.fact_visit.plan_id is 'the plan it counts for';
comment on column warehouse.fact_visit.child_in_need_plan_id is 'the child in need plan it was made under';
comment on column warehouse.fact_visit.placement_id is 'the placement it was made in';
comment on column warehouse.fact_visit.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_visit.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_visit.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_visit.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_visit.run_id is 'the run that brought this version';
comment on column warehouse.fact_visit.known_from is 'first extract that held it';
comment on column warehouse.fact_visit.known_to is 'first that did not; 9999-12-31';
CREATE INDEX fact_visit_child_key ON warehouse.fact_visit (child_key);
CREATE INDEX fact_visit_visited_date ON warehouse.fact_visit (visited_date);
