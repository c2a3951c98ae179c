-- Row policies: who reads a row of an authority. Run by the program whenever it made or changed
-- tables; the loader owns them and is held by none of these.
--
-- A row is read by members of csc_authority_<la_code>; one of no authority (days, national codes,
-- the unknown members) by everybody who may read the table. Rows of the audit that name a run are
-- those of the authority that the run's id begins with.
do $$
declare
    found record;
    rule text;
begin
    for found in
        select
            columns.table_schema as schema_name,
            columns.table_name,
            case
                when bool_or(columns.column_name = 'la_code') then 'la_code'
                else 'split_part(run_id, ''-'', 1)'
            end as la_code
        from information_schema.columns as columns
        join pg_tables as tables
            on tables.schemaname = columns.table_schema
            and tables.tablename = columns.table_name
        where columns.table_schema in ('warehouse', 'report', 'audit', 'restricted')
        and columns.column_name in ('la_code', 'run_id')
        group by columns.table_schema, columns.table_name
    loop
        rule := format(
            '%1$s = '''' or %1$s in ('
            '    select substr(rolname, length(''csc_authority_'') + 1) from pg_roles'
            '    where rolname like ''csc\_authority\_%%'' and pg_has_role(oid, ''member'')'
            ')',
            found.la_code
        );
        execute format(
            'alter table %I.%I enable row level security', found.schema_name, found.table_name
        );
        execute format(
            'drop policy if exists own_authority on %I.%I', found.schema_name, found.table_name
        );
        execute format(
            'create policy own_authority on %I.%I for select using (%s)',
            found.schema_name, found.table_name, rule
        );
    end loop;
end
$$;
