-- The roles of the warehouse. An administrator runs this once in the warehouse's database, before
-- or after its first night:
--
--     psql -d warehouse -f sql/access/roles.sql
--
-- The roles cannot log in. Give them to the people and programs that can:
--
--     grant csc_loader to nightly_login;
--     grant csc_analyst, csc_authority_874 to an_analyst;     -- sees the rows of authority 874
--     grant csc_operational, csc_authority_874 to a_manager;  -- and the identities of its children
--     grant csc_auditor, csc_authority_874 to an_engineer;
--
-- An authority's rows are seen by members of csc_authority_<la_code>, a role made here for no
-- authority: `create role csc_authority_874 nologin;` for each of the warehouse.
do $$
declare
    name text;
begin
    foreach name in array array['csc_loader', 'csc_analyst', 'csc_operational', 'csc_auditor'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin noinherit', name);
        end if;
    end loop;
    -- The loader makes the schemas, and owns what is in them.
    execute format(
        'grant connect, create, temporary on database %I to csc_loader', current_database()
    );
end
$$;
