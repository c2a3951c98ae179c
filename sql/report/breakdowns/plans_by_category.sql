-- of: numerator of plans_open
-- By the category of abuse that the plan was under last, the most frequent first.
select
    coalesce(category.label, plan.latest_category, 'Not recorded') as label,
    count(*) as number,
    cast(null as bigint) as longest
from counted_in_month as counted
join known_child_protection_plan as plan
    on plan.plan_id = counted.subject_id
left join report.code_label as category
    on category.la_code = plan.la_code
    and category.code_list = 'abuse_category'
    and category.code = plan.latest_category
where counted.measure = 'plans_open'
group by coalesce(category.label, plan.latest_category, 'Not recorded')
order by
    case when coalesce(category.label, plan.latest_category, 'Not recorded') = 'Not recorded'
        then 1 else 0 end,
    count(*) desc,
    coalesce(category.label, plan.latest_category, 'Not recorded')
