-- title: Families with a single assessment completed late
-- definition: Families with at least one single assessment authorised in the month after its due date. A family counts once, however many of its children were assessed late.
-- unit: count
-- better: lower
-- history: ends of single_assessment.started_date to authorised_date
-- counts: together
-- citation: Working Together to Safeguard Children
with late_assessments as (
    select
        months.month_start,
        assessment.assessment_id,
        assessment.authorised_date,
        assessment.child_key,
        assessment.team_key,
        assessment.family_key,
        -- where no family is known, key 0, each child is a family of its own
        case when assessment.family_key = 0 then assessment.child_key end as lone_child_key
    from months
    join known_single_assessment as assessment
        on assessment.authorised_date between months.month_start and months.month_end
    join children
        on children.child_key = assessment.child_key
    join known_timescale_obligation as obligation
        on obligation.subject_id = assessment.assessment_id
        and obligation.timescale = 'single_assessment'
        and obligation.due_date < assessment.authorised_date
    where assessment.status = 'completed'
)

-- one row per family, with the child and team of its first late assessment
select distinct on (month_start, family_key, lone_child_key)
    month_start as month,
    child_key,
    team_key,
    coalesce(
        'child ' || cast(lone_child_key as text),
        'family ' || cast(family_key as text)
    ) as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from late_assessments
order by month_start, family_key, lone_child_key, authorised_date, assessment_id
