-- title: Initial child protection conferences held
-- definition: Children considered at an initial child protection conference in the month, after an enquiry of this authority. Transfers in and cancelled conferences do not count.
-- unit: count
-- better: neither
-- citation: DfE children in need census, table C4
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
    select la_code, conference_id, child_key, team_key, held_date
    from warehouse.fact_initial_conference
    where known_from <= :known_on and :known_on < known_to
    and enquiry_id is not null
    and not is_transfer_in
    and not is_cancelled
)

select
    conferences.la_code,
    months.month_start as month,
    conferences.child_key,
    conferences.team_key,
    conferences.conference_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join conferences
    on conferences.held_date between months.month_start and months.month_end
join children
    on children.child_key = conferences.child_key
