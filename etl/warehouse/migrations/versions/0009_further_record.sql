CREATE TABLE warehouse.fact_health_check (
	la_code TEXT NOT NULL, 
	health_check_id TEXT NOT NULL, 
	looked_after_id TEXT, 
	checked_date DATE, 
	kind TEXT, 
	status TEXT, 
	is_health_assessment BOOLEAN, 
	is_under_five BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, health_check_id, known_from)
);
CREATE INDEX fact_health_check_checked_date ON warehouse.fact_health_check (checked_date);
CREATE INDEX fact_health_check_child_key ON warehouse.fact_health_check (child_key);
comment on table warehouse.fact_health_check is 'A health check of a child. Default date: checked_date.';
comment on column warehouse.fact_health_check.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_health_check.health_check_id is 'the source''s id';
comment on column warehouse.fact_health_check.looked_after_id is 'the period of care it falls in';
comment on column warehouse.fact_health_check.checked_date is 'when it was made or, until it is completed, is to be made';
comment on column warehouse.fact_health_check.kind is 'health_assessment, dental, optician or other';
comment on column warehouse.fact_health_check.status is 'completed, else the source''s own words';
comment on column warehouse.fact_health_check.is_health_assessment is 'a health assessment that is completed: these meet what is owed';
comment on column warehouse.fact_health_check.is_under_five is 'made before the child''s fifth birthday; empty where no birth date is known';
comment on column warehouse.fact_health_check.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_health_check.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_health_check.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_health_check.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_health_check.run_id is 'the run that brought this version';
comment on column warehouse.fact_health_check.known_from is 'first extract that held it';
comment on column warehouse.fact_health_check.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.fact_missing_episode (
	la_code TEXT NOT NULL, 
	missing_episode_id TEXT NOT NULL, 
	started_date DATE, 
	ended_date DATE, 
	kind TEXT, 
	is_interview_offered BOOLEAN, 
	is_interview_accepted BOOLEAN, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, missing_episode_id, known_from)
);
CREATE INDEX fact_missing_episode_child_key ON warehouse.fact_missing_episode (child_key);
CREATE INDEX fact_missing_episode_started_date ON warehouse.fact_missing_episode (started_date);
comment on table warehouse.fact_missing_episode is 'An episode in which a child was missing or away. Default date: started_date.';
comment on column warehouse.fact_missing_episode.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_missing_episode.missing_episode_id is 'the source''s id';
comment on column warehouse.fact_missing_episode.started_date is 'when the child was first missed';
comment on column warehouse.fact_missing_episode.ended_date is 'when the child was back';
comment on column warehouse.fact_missing_episode.kind is 'missing, away (where the child is is known), or not known';
comment on column warehouse.fact_missing_episode.is_interview_offered is 'a return interview was offered; empty where the record does not say, or says that it does not apply';
comment on column warehouse.fact_missing_episode.is_interview_accepted is 'it was accepted; empty likewise';
comment on column warehouse.fact_missing_episode.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_missing_episode.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_missing_episode.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_missing_episode.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_missing_episode.run_id is 'the run that brought this version';
comment on column warehouse.fact_missing_episode.known_from is 'first extract that held it';
comment on column warehouse.fact_missing_episode.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.fact_disability (
	la_code TEXT NOT NULL, 
	disability_id TEXT NOT NULL, 
	disability_code TEXT, 
	started_date DATE, 
	ended_date DATE, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, disability_id, known_from)
);
CREATE INDEX fact_disability_child_key ON warehouse.fact_disability (child_key);
CREATE INDEX fact_disability_started_date ON warehouse.fact_disability (started_date);
comment on table warehouse.fact_disability is 'A disability of a child. Default date: started_date.';
comment on column warehouse.fact_disability.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_disability.disability_id is 'the source''s id';
comment on column warehouse.fact_disability.disability_code is 'national code, else the source''s own';
comment on column warehouse.fact_disability.started_date is 'since when it is on record';
comment on column warehouse.fact_disability.ended_date is 'until when';
comment on column warehouse.fact_disability.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_disability.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_disability.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_disability.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_disability.run_id is 'the run that brought this version';
comment on column warehouse.fact_disability.known_from is 'first extract that held it';
comment on column warehouse.fact_disability.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.fact_assessment_factor (
	la_code TEXT NOT NULL, 
	assessment_factor_id TEXT NOT NULL, 
	assessment_id TEXT, 
	factor_code TEXT, 
	assessed_date DATE, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, assessment_factor_id, known_from)
);
CREATE INDEX fact_assessment_factor_assessed_date ON warehouse.fact_assessment_factor (assessed_date);
CREATE INDEX fact_assessment_factor_child_key ON warehouse.fact_assessment_factor (child_key);
comment on table warehouse.fact_assessment_factor is 'A factor found at a single assessment of a child. Default date: assessed_date.';
comment on column warehouse.fact_assessment_factor.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_assessment_factor.assessment_factor_id is 'the assessment and the factor';
comment on column warehouse.fact_assessment_factor.assessment_id is 'the assessment';
comment on column warehouse.fact_assessment_factor.factor_code is 'national code of the factor';
comment on column warehouse.fact_assessment_factor.assessed_date is 'when the assessment began';
comment on column warehouse.fact_assessment_factor.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_assessment_factor.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_assessment_factor.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_assessment_factor.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_assessment_factor.run_id is 'the run that brought this version';
comment on column warehouse.fact_assessment_factor.known_from is 'first extract that held it';
comment on column warehouse.fact_assessment_factor.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.fact_care_leaver_eligibility (
	la_code TEXT NOT NULL, 
	eligibility_id TEXT NOT NULL, 
	eligibility TEXT, 
	pathway_plan_reviewed_date DATE, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, eligibility_id, known_from)
);
CREATE INDEX fact_care_leaver_eligibility_child_key ON warehouse.fact_care_leaver_eligibility (child_key);
CREATE INDEX fact_care_leaver_eligibility_pathway_plan_reviewed_date ON warehouse.fact_care_leaver_eligibility (pathway_plan_reviewed_date);
comment on table warehouse.fact_care_leaver_eligibility is 'A child''s entitlement as one who leaves, or has left, care. Default date: pathway_plan_reviewed_date.';
comment on column warehouse.fact_care_leaver_eligibility.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_care_leaver_eligibility.eligibility_id is 'the source''s id';
comment on column warehouse.fact_care_leaver_eligibility.eligibility is 'eligible, relevant, former_relevant or qualifying, else the source''s own words; empty: none today';
comment on column warehouse.fact_care_leaver_eligibility.pathway_plan_reviewed_date is 'when the pathway plan was last changed';
comment on column warehouse.fact_care_leaver_eligibility.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_care_leaver_eligibility.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_care_leaver_eligibility.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_care_leaver_eligibility.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_care_leaver_eligibility.run_id is 'the run that brought this version';
comment on column warehouse.fact_care_leaver_eligibility.known_from is 'first extract that held it';
comment on column warehouse.fact_care_leaver_eligibility.known_to is 'first that did not; 9999-12-31';
CREATE TABLE warehouse.fact_care_leaver (
	la_code TEXT NOT NULL, 
	care_leaver_id TEXT NOT NULL, 
	eligibility TEXT, 
	in_touch TEXT, 
	contacted_date DATE, 
	accommodation_code TEXT, 
	is_suitable BOOLEAN, 
	activity_code TEXT, 
	pathway_plan_reviewed_date DATE, 
	child_key BIGINT NOT NULL, 
	family_key BIGINT NOT NULL, 
	team_key BIGINT NOT NULL, 
	worker_key BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	known_from DATE NOT NULL, 
	known_to DATE NOT NULL, 
	PRIMARY KEY (la_code, care_leaver_id, known_from)
);
CREATE INDEX fact_care_leaver_child_key ON warehouse.fact_care_leaver (child_key);
CREATE INDEX fact_care_leaver_contacted_date ON warehouse.fact_care_leaver (contacted_date);
comment on table warehouse.fact_care_leaver is 'A care leaver''s state, as a contact found it. Default date: contacted_date.';
comment on column warehouse.fact_care_leaver.la_code is 'three digits; empty in national lists';
comment on column warehouse.fact_care_leaver.care_leaver_id is 'the source''s id of the contact';
comment on column warehouse.fact_care_leaver.eligibility is 'the child''s entitlement today, of several that of the highest id';
comment on column warehouse.fact_care_leaver.in_touch is 'YES, NO, DIED, REFU (refuses contact), NREQ (needs none), RHOM (is home again)';
comment on column warehouse.fact_care_leaver.contacted_date is 'when the authority was in touch, or tried';
comment on column warehouse.fact_care_leaver.accommodation_code is 'where the care leaver lives';
comment on column warehouse.fact_care_leaver.is_suitable is 'the accommodation is suitable; empty where the record does not say';
comment on column warehouse.fact_care_leaver.activity_code is 'in education, training or employment, or not';
comment on column warehouse.fact_care_leaver.pathway_plan_reviewed_date is 'when the pathway plan was last changed, as known today';
comment on column warehouse.fact_care_leaver.child_key is 'key of dim_child; 0 is not known';
comment on column warehouse.fact_care_leaver.family_key is 'key of dim_family; 0 is not known';
comment on column warehouse.fact_care_leaver.team_key is 'key of dim_team; 0 is not known';
comment on column warehouse.fact_care_leaver.worker_key is 'key of dim_worker; 0 is not known';
comment on column warehouse.fact_care_leaver.run_id is 'the run that brought this version';
comment on column warehouse.fact_care_leaver.known_from is 'first extract that held it';
comment on column warehouse.fact_care_leaver.known_to is 'first that did not; 9999-12-31';
ALTER TABLE warehouse.fact_placement ADD COLUMN provider_code TEXT;
comment on column warehouse.fact_placement.provider_code is 'who provides it';
ALTER TABLE warehouse.fact_placement ADD COLUMN change_reason_code TEXT;
comment on column warehouse.fact_placement.change_reason_code is 'why the child moved on from it';
