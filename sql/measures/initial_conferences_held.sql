-- title: Children considered at an initial child protection conference
-- definition: Children considered at an initial child protection conference in the month, after an enquiry of this authority; one that was reconvened counts once, when it was first held. Transfers in and cancelled conferences do not count.
-- unit: count
-- better: neither
-- history: events of initial_conference.held_date
-- counts: each child alone
-- citation: DfE children in need census, table C4
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
