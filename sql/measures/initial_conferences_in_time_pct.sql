-- title: Initial child protection conferences held in time
-- definition: Of the children considered at an initial child protection conference in the month, the share whose conference was held within 15 working days of the start of the section 47 enquiry, or within the local allowance where one is set.
-- unit: percent
-- better: higher
-- citation: Working Together to Safeguard Children, DfE children in need census, table C4
with months as (
    select distinct month_start, month_end
    from warehouse.dim_date
    where month_start between :first_month and :last_month
),

children as (
    select child_key
    from warehouse.dim_child
    where known_from <= :known_on and :known_on < known_to
    and not is_merged
),

conferences as (
    select la_code, conference_id, enquiry_id, child_key, team_key, held_date
    from warehouse.fact_initial_conference
    where known_from <= :known_on and :known_on < known_to
    and enquiry_id is not null
    and not is_transfer_in
    and not is_cancelled
),

obligations as (
    select la_code, subject_id, started_date, due_date
    from warehouse.fact_timescale_obligation
    where known_from <= :known_on and :known_on < known_to
    and timescale = 'initial_conference'
    and sequence = 1
)

select
    conferences.la_code,
    months.month_start as month,
    conferences.child_key,
    conferences.team_key,
    conferences.conference_id as subject_id,
    case
        when conferences.held_date between obligations.started_date and obligations.due_date then 1
        else 0
    end as in_numerator,
    1 as in_denominator
from months
join conferences
    on conferences.held_date between months.month_start and months.month_end
join children
    on children.child_key = conferences.child_key
left join obligations
    on obligations.la_code = conferences.la_code
    and obligations.subject_id = conferences.enquiry_id
