ALTER TABLE audit.table_load ADD COLUMN days_since_newest_event BIGINT;
CREATE TABLE audit.column_load (
	run_id TEXT NOT NULL, 
	table_name TEXT NOT NULL, 
	column_name TEXT NOT NULL, 
	code TEXT NOT NULL, 
	source_table TEXT, 
	source_column TEXT, 
	rows BIGINT, 
	PRIMARY KEY (run_id, table_name, column_name, code)
);
comment on table audit.column_load is 'How many records of a run have a value in a column, or a code of it (empty: any value); for a table that is only looked up, by the source''s names.';
