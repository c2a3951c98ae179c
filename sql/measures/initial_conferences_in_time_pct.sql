-- title: Children whose initial child protection conference was held in time
-- definition: Of the children considered at an initial child protection conference in the month, the share whose conference was held within 15 working days of the start of the section 47 enquiry, or within the local allowance where one is set. One that was reconvened counts once, when it was first held; one held before its enquiry began is not in time.
-- unit: percent
-- better: higher
-- history: events of initial_conference.held_date
-- counts: each child alone
-- citation: Working Together to Safeguard Children, DfE children in need census, table C4
select
    months.month_start as month,
    conference.child_key,
    conference.team_key,
    conference.conference_id as subject_id,
    case
        when conference.held_date between obligation.started_date and obligation.due_date then 1
        else 0
    end as in_numerator,
    1 as in_denominator
from months
join first_conferences as conference
    on conference.held_date between months.month_start and months.month_end
join children
    on children.child_key = conference.child_key
left join known_timescale_obligation as obligation
    on obligation.subject_id = conference.enquiry_id
    and obligation.timescale = 'initial_conference'
    and obligation.sequence = 1
