CREATE TABLE restricted.held_back (
	la_code TEXT NOT NULL, 
	table_name TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	case_number TEXT NOT NULL, 
	column_name TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	held_from DATE NOT NULL, 
	held_to DATE, 
	team_key BIGINT, 
	PRIMARY KEY (la_code, table_name, record_id, case_number, column_name, reason, held_from)
);
comment on table restricted.held_back is 'A record that could not be loaded, and why, for those who mend it: held back from the first of these nights on, and no more from the other on (9999-12-31 while it is). record_id: the source''s, empty where it cannot be told. team_key: the record''s own when first held back, else the one of the child''s latest referral.';
