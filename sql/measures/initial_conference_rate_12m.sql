-- title: Children at an initial child protection conference, rate over 12 months
-- definition: Children considered at an initial child protection conference in the twelve months ending with the month, after an enquiry of this authority, per 10,000 children aged 0 to 17; one that was reconvened counts once, when it was first held. Transfers in and cancelled conferences do not count.
-- unit: per_10000
-- better: neither
-- history: events of initial_conference.held_date, over 12 months
-- counts: each child alone
-- looks_back: 11 months
-- citation: DfE children in need statistics
select
    months.month_start as month,
    conference.child_key,
    conference.team_key,
    conference.conference_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join first_conferences as conference
    on conference.held_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = conference.child_key
