-- Of each section 47 enquiry the first initial conference that was held of the enquiry's own child:
-- one that was reconvened is one, on its first day. (Not by `distinct on`: where the day is asked
-- for, DuckDB may look for the first among the conferences of that day alone. Nor by what is not
-- there before it: PostgreSQL would compare each conference with every other.)
with held as (
    select
        conference.conference_id,
        conference.enquiry_id,
        conference.child_key,
        conference.team_key,
        conference.held_date,
        row_number() over (
            partition by conference.enquiry_id
            order by conference.held_date, conference.conference_id
        ) as place
    from known_initial_conference as conference
    join known_section_47_enquiry as enquiry
        on enquiry.enquiry_id = conference.enquiry_id
        and enquiry.child_key = conference.child_key
    where conference.held_date is not null
    and not conference.is_transfer_in
    and not conference.is_cancelled
)

select conference_id, enquiry_id, child_key, team_key, held_date
from held
where place = 1
