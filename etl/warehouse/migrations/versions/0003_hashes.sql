ALTER TABLE warehouse.dim_timescale ADD COLUMN rule_sha256 TEXT;
comment on column warehouse.dim_timescale.rule_sha256 is 'the hash of what alone moves what is owed by it; empty if not kept';
ALTER TABLE report.monthly_measure ADD COLUMN definition_sha256 TEXT;
ALTER TABLE report.restated_subject ADD COLUMN changed_rule TEXT;
