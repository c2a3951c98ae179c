CREATE TABLE child_identity(child_key BIGINT, la_code VARCHAR, case_number VARCHAR, legacy_id VARCHAR, PRIMARY KEY(child_key));
CREATE TABLE worker_identity(worker_key BIGINT, la_code VARCHAR, worker_id VARCHAR, staff_id VARCHAR, PRIMARY KEY(worker_key));

