-- Of the conferences held after an enquiry of their own child, as known on the day, the first of each
-- enquiry: one that was reconvened is one conference, on the day it was first held. A sibling's
-- conference that names the enquiry is none of it.
select distinct on (conference.enquiry_id)
    conference.conference_id,
    conference.enquiry_id,
    conference.child_key,
    conference.team_key,
    conference.held_date
from warehouse.fact_initial_conference as conference
join warehouse.fact_section_47_enquiry as enquiry
    on enquiry.la_code = conference.la_code
    and enquiry.enquiry_id = conference.enquiry_id
    and enquiry.child_key = conference.child_key
    and enquiry.known_from <= :known_on and :known_on < enquiry.known_to
where conference.la_code = :la_code
and conference.known_from <= :known_on and :known_on < conference.known_to
and conference.held_date is not null
and not conference.is_transfer_in
and not conference.is_cancelled
order by conference.enquiry_id, conference.held_date, conference.conference_id
