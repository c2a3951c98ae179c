-- Of each section 47 enquiry the first initial conference that was held of the enquiry's own child:
-- one that was reconvened is one, on its first day. (Not by `distinct on`: where the day is asked
-- for, DuckDB may look for the first among the conferences of that day alone.)
with held as (
    select
        conference.conference_id,
        conference.enquiry_id,
        conference.child_key,
        conference.team_key,
        conference.held_date
    from known_initial_conference as conference
    join known_section_47_enquiry as enquiry
        on enquiry.enquiry_id = conference.enquiry_id
        and enquiry.child_key = conference.child_key
    where conference.held_date is not null
    and not conference.is_transfer_in
    and not conference.is_cancelled
)

select held.*
from held
where not exists (
    select 1
    from held as earlier
    where earlier.enquiry_id = held.enquiry_id
    and (
        earlier.held_date < held.held_date
        or (
            earlier.held_date = held.held_date
            and earlier.conference_id < held.conference_id
        )
    )
)
