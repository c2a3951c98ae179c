-- The roles of the warehouse, and who may enter its database. An administrator runs this in the
-- database, before its first night (docs/postgresql.md); running it again changes nothing:
--
--     psql -d csc_warehouse -f sql/access/roles.sql
--
-- The roles cannot log in. Give them to the people and programs that can:
--
--     grant csc_loader to csc_nightly;
--     create role csc_authority_874;
--     grant csc_analyst, csc_authority_874 to ann;        -- sees the rows of authority 874
--     grant csc_operational, csc_authority_874 to olu;    -- and whose they are
--     grant csc_auditor, csc_authority_874 to ada;        -- and what each night did
--
-- Roles are of the whole server: keep a warehouse for trials on another one.
do $$
declare
    role_name text;
    found record;
begin
    -- Nobody's function of the same name is run with an administrator's rights.
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    -- two administrators at once take turns
    perform pg_advisory_xact_lock(6513507, 1001);
    foreach role_name in array array['csc_loader', 'csc_analyst', 'csc_operational', 'csc_auditor']
    loop
        begin
            execute format('create role %I', role_name);
        exception
            -- it is there, or is made this moment in another database of the server
            when duplicate_object or unique_violation then null;
        end;
    end loop;

    -- The loader makes the schemas and owns what is in them. A login with no role stays outside.
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect, create, temporary on database %I to csc_loader', current_database()
    );
    execute format(
        'grant connect on database %I to csc_analyst, csc_operational, csc_auditor',
        current_database()
    );
    -- What analysts make for themselves: temporary tables, and a schema that nothing of ours reads
    -- or writes. What is in it is its maker's, and nobody else reads it unless its maker says so.
    execute format('grant temporary on database %I to csc_analyst', current_database());
    if to_regnamespace('scratch') is null then
        create schema scratch;
        grant usage, create on schema scratch to csc_analyst;
        comment on schema scratch is
            'For analysts to make tables and views in; no load touches it.';
    end if;
    if to_regnamespace('public') is not null then
        revoke create on schema public from public;
    end if;
    -- Large objects, which by themselves everybody may make: they are in no schema, fill the disk,
    -- and keep what somebody copied into them. Nothing of ours uses them.
    if (select rolsuper from pg_roles where rolname = current_user) then
        for found in
            select oid::regprocedure as routine
            from pg_proc
            where pronamespace = 'pg_catalog'::regnamespace
            and proname ~ '^(lo_|loread$|lowrite$)'
        loop
            execute format('revoke execute on function %s from public', found.routine);
        end loop;
    elsif has_function_privilege('public', 'lo_create(oid)', 'execute') then
        raise warning 'everybody can still make large objects: let a superuser run this file';
    end if;

    -- What was loaded before this was run is handed over; `csc-etl upgrade` then gives the grants.
    if to_regclass('audit.schema_version') is not null then
        for found in
            select nspname as schema_name
            from pg_namespace
            where nspname in ('warehouse', 'report', 'audit', 'restricted')
            and nspowner <> 'csc_loader'::regrole
        loop
            execute format('alter schema %I owner to csc_loader', found.schema_name);
        end loop;
        for found in
            select pg_class.oid::regclass as relation
            from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where nspname in ('warehouse', 'report', 'audit', 'restricted')
            and relkind in ('r', 'v')
            and relowner <> 'csc_loader'::regrole
        loop
            execute format('alter table %s owner to csc_loader', found.relation);
        end loop;
    end if;
end
$$;
