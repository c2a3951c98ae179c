-- Of each section 47 enquiry the first initial conference that was held of the enquiry's own child:
-- one that was reconvened is one, on its first day.
select distinct on (conference.enquiry_id)
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
order by conference.enquiry_id, conference.held_date, conference.conference_id
