-- title: Child protection visits on which the child was seen alone
-- definition: Of the child protection visits made in the month on which the child was seen, the share on which the child was seen alone. A visit counts where it was made under a plan of this authority and its record says whether the child was alone; one made before the birth does not.
-- unit: percent
-- better: higher
-- history: events of visit.visited_date
-- counts: each child alone
-- citation: Working Together to Safeguard Children
select
    months.month_start as month,
    visit.child_key,
    visit.team_key,
    visit.visit_id as subject_id,
    case when visit.is_seen_alone then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_visit as visit
    on visit.visited_date between months.month_start and months.month_end
join children
    on children.child_key = visit.child_key
where visit.visit_type = 'child_protection'
and visit.plan_id is not null
and visit.is_child_seen
and visit.is_seen_alone is not null
and not coalesce(visit.is_before_birth, false)
