-- What each role may read. Run by the program whenever it made or changed tables or views, as
-- their owner; a role that no administrator made yet (roles.sql) is left out, and so reads nothing.
--
-- Nobody but the owner writes, and nothing is granted to everybody.
do $$
declare
    reads record;
begin
    for reads in
        select may.role_name, may.schema_name
        from (
            values
            ('csc_analyst', 'report'), ('csc_analyst', 'warehouse'),
            ('csc_operational', 'report'), ('csc_operational', 'warehouse'),
            ('csc_auditor', 'report'), ('csc_auditor', 'warehouse'), ('csc_auditor', 'audit')
        ) as may (role_name, schema_name)
        join pg_roles on pg_roles.rolname = may.role_name
    loop
        execute format('grant usage on schema %I to %I', reads.schema_name, reads.role_name);
        execute format(
            'grant select on all tables in schema %I to %I', reads.schema_name, reads.role_name
        );
        -- views that are made anew with the figures
        execute format(
            'alter default privileges in schema %I grant select on tables to %I',
            reads.schema_name, reads.role_name
        );
    end loop;
    for reads in
        select pg_roles.rolname as role_name
        from pg_roles
        where pg_roles.rolname in ('csc_analyst', 'csc_operational')
    loop
        -- which nights were loaded: what "as known on" can be asked of
        execute format('grant usage on schema audit to %I', reads.role_name);
        execute format(
            'grant select on audit.load_run, audit.observation to %I', reads.role_name
        );
    end loop;
    if exists (select from pg_roles where rolname = 'csc_operational') then
        grant usage on schema restricted to csc_operational;
        grant select on restricted.child_identity, restricted.worker_identity,
            restricted.family_identity to csc_operational;
    end if;
end
$$;
