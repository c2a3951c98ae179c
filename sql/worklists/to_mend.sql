-- title: Records that are held back, and those that were mended since the extract before
-- grain: a record and the reason for which it is, or was, held back
-- is_mended: 1: the last extract is the first that no longer has the fault
-- team_key: the team that has the child now; where nobody has, that of the record or of the child's last referral
select
    held_back.table_name,
    held_back.record_id,
    held_back.case_number,
    held_back.column_name,
    held_back.reason,
    held_back.held_from,
    case when held_back.held_to = :known_on then 1 else 0 end as is_mended,
    coalesce(nullif(allocation.allocated_team_key, 0), held_back.team_key, 0) as team_key
from restricted.held_back as held_back
left join restricted.child_identity as child
    on child.la_code = held_back.la_code
    and child.case_number = held_back.case_number
left join report.allocation as allocation
    on allocation.allocated_child_key = child.child_key
where held_back.la_code = :la_code
and (
    held_back.held_to = date '9999-12-31'
    or (
        held_back.held_to = :known_on
        -- with another fault now it is not mended
        and not exists (
            select 1
            from restricted.held_back as still
            where still.la_code = held_back.la_code
            and still.held_to = date '9999-12-31'
            and still.table_name = held_back.table_name
            and still.record_id = held_back.record_id
            and still.case_number = held_back.case_number
        )
    )
)
