-- What each role may read; docs/postgresql.md has it as a table. Run by the program whenever it
-- made or changed tables or views, as csc_loader: without roles.sql everything is its maker's alone.
--
-- Nobody but the owner writes, and nothing is granted to everybody. What was granted to these
-- roles by hand is taken back.
revoke all on schema warehouse, report, audit, restricted
from public, csc_analyst, csc_operational, csc_auditor;
revoke all on all tables in schema warehouse, report, audit, restricted
from public, csc_analyst, csc_operational, csc_auditor;

grant usage on schema warehouse, report, audit to csc_analyst, csc_operational, csc_auditor;
grant select on all tables in schema warehouse, report
to csc_analyst, csc_operational, csc_auditor;

-- which nights were loaded and what they held back: what "as known on" can be asked of
grant select on
    audit.load_run, audit.table_load, audit.rejected_row, audit.observation, audit.schema_version
to csc_analyst, csc_operational;
grant select on all tables in schema audit to csc_auditor;

grant usage on schema restricted to csc_operational;
grant select on
    restricted.child_identity, restricted.worker_identity, restricted.family_identity,
    restricted.held_back, restricted.reported
to csc_operational;
