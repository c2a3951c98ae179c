-- Row policies: who reads a row of an authority. Run by the program whenever it made or changed
-- tables, as their owner, whom they do not hold.
--
-- A row is read by whoever has the rights of csc_authority_<la_code>; one of no authority (national
-- codes, the unknown members) by everybody who may read the table. A row of the audit that has no
-- la_code is of the authority that its run's id begins with. A table that has neither shows
-- nothing, unless it is named here.
do $$
declare
    of_no_authority constant regclass[] := array[
        'warehouse.dim_date', 'report.measure', 'audit.schema_version'
    ];
    -- As an array it is asked once for a query, not for every row. In the columns' own collation
    -- it is looked up in their indexes, where no plan tells that another authority has an id.
    own_authorities constant text := $own$
        array(
            select '' collate "default"
            union all
            select substr(rolname, length('csc_authority_') + 1) collate "default"
            from pg_roles
            where rolname like 'csc\_authority\_%' and pg_has_role(oid, 'usage')
        )
    $own$;
    found record;
begin
    for found in
        select
            tables.oid::regclass as relation,
            case
                when tables.oid = any (of_no_authority) then 'true'
                when bool_or(attname = 'la_code') then format('la_code = any (%s)', own_authorities)
                when bool_or(attname = 'run_id')
                    then format('split_part(run_id, ''-'', 1) = any (%s)', own_authorities)
                else 'false'
            end as is_shown
        from pg_class as tables
        join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
        where relnamespace in (
            'warehouse'::regnamespace, 'report'::regnamespace, 'audit'::regnamespace,
            'restricted'::regnamespace
        )
        and relkind = 'r'
        group by tables.oid
    loop
        execute format('alter table %s enable row level security', found.relation);
        execute format('drop policy if exists own_authority on %s', found.relation);
        execute format(
            'create policy own_authority on %s for select using (%s)',
            found.relation, found.is_shown
        );
    end loop;
    -- The planner keeps samples of a column's values, also of rows erased since, and its estimates
    -- give them away to whoever may ask about a single row.
    for found in
        select attrelid::regclass as relation, attname as column_name
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where relnamespace = 'restricted'::regnamespace
        and relkind = 'r'
        and attnum > 0
        and not attisdropped
    loop
        execute format(
            'alter table %s alter column %I set statistics 0', found.relation, found.column_name
        );
    end loop;
end
$$;
