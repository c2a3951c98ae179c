-- title: Children considered at an initial child protection conference
-- definition: Children considered at an initial child protection conference in the month, after an enquiry of this authority; one that was reconvened counts once, when it was first held. Transfers in and cancelled conferences do not count.
-- unit: count
-- better: neither
-- history: events of initial_conference.held_date
-- citation: DfE children in need census, table C4
with first_conferences as (
    -- of those held of the enquiry's own child: one that was reconvened is one, on its first day
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
)

select
    months.month_start as month,
    conference.child_key,
    conference.team_key,
    conference.conference_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join first_conferences as conference
    on conference.held_date between months.month_start and months.month_end
join children
    on children.child_key = conference.child_key
