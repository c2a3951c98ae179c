-- title: Records that are held back or reported by a check, and those that were mended since the extract before
-- grain: a record and the reason for which it is, or was, to be mended
-- is_held_back: 0: it is loaded, and a check reports it
-- is_mended: 1: the last extract is the first of which it is to be mended no more
-- team_key: the team that has the child now; where nobody has, that of the record or of the child's last referral
with listed as (
    select
        1 as is_held_back,
        table_name,
        record_id,
        case_number,
        column_name,
        reason,
        held_from as since,
        held_to as until,
        team_key
    from restricted.held_back
    where la_code = :la_code
    and held_to >= :known_on
    union all
    select
        0 as is_held_back,
        table_name,
        record_id,
        case_number,
        column_name,
        reason,
        reported_from as since,
        reported_to as until,
        team_key
    from restricted.reported
    where la_code = :la_code
    and reported_to >= :known_on
)

select
    listed.is_held_back,
    listed.table_name,
    listed.record_id,
    listed.case_number,
    listed.column_name,
    listed.reason,
    listed.since,
    case when listed.until = :known_on then 1 else 0 end as is_mended,
    coalesce(nullif(allocation.allocated_team_key, 0), listed.team_key, 0) as team_key
from listed
left join restricted.child_identity as child
    on child.la_code = :la_code
    and child.case_number = listed.case_number
left join report.allocation as allocation
    on allocation.allocated_child_key = child.child_key
where listed.until = date '9999-12-31'
or (
    listed.until = :known_on
    -- with another fault now it is not mended
    and not exists (
        select 1
        from listed as still
        where still.until = date '9999-12-31'
        and still.table_name = listed.table_name
        and still.record_id = listed.record_id
        and still.case_number = listed.case_number
    )
)
