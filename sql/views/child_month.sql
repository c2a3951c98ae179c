-- title: Children open to the service, month by month
-- grain: a child open to the service at the end of a month
-- key: child_month_unique_id
select
    snapshot.la_code || '-' || cast(snapshot.child_key as text)
        || '-' || cast(snapshot.month_end as text) as child_month_unique_id,
    snapshot.la_code,
    snapshot.month_end,
    snapshot.child_key,
    snapshot.family_key,
    snapshot.team_key,
    snapshot.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    cast(snapshot.is_in_need as integer) as is_in_need,
    cast(snapshot.is_on_plan as integer) as is_on_plan,
    snapshot.plan_category,
    coalesce(plan_category.label, snapshot.plan_category) as plan_category_label,
    cast(snapshot.is_looked_after as integer) as is_looked_after,
    snapshot.age_band,
    snapshot.known_from as known_since,
    -- a child whose record was merged into another has none
    1 as is_counted,
    cast(null as text) as not_counted_reason
from warehouse.fact_child_month as snapshot
left join report.code_label as plan_category
    on plan_category.la_code = snapshot.la_code
    and plan_category.code_list = 'abuse_category'
    and plan_category.code = snapshot.plan_category
left join report.allocation as allocation
    on allocation.allocated_child_key = snapshot.child_key
where snapshot.known_to = date '9999-12-31'
