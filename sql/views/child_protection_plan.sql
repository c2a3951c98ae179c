-- title: Child protection plans
-- grain: a plan of a child
-- key: child_protection_plan_unique_id
select
    plan.la_code || '-' || plan.plan_id as child_protection_plan_unique_id,
    plan.la_code,
    plan.plan_id,
    plan.child_key,
    plan.family_key,
    plan.team_key,
    plan.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    plan.conference_id,
    plan.la_code || '-' || plan.conference_id as initial_conference_unique_id,
    plan.referral_id,
    plan.la_code || '-' || plan.referral_id as referral_unique_id,
    plan.started_date,
    plan.ended_date,
    plan.initial_category,
    coalesce(initial_category.label, plan.initial_category) as initial_category_label,
    plan.latest_category,
    coalesce(latest_category.label, plan.latest_category) as latest_category_label,
    cast(plan.is_temporary as integer) as is_temporary,
    plan.plan_number,
    plan.previous_plan_ended_date,
    plan.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when plan.not_counted_reason is null then 1 else 0 end as is_counted,
    plan.not_counted_reason
from (
    select
        plan.*,
        case
            when child.is_merged then 'merged child'
            when plan.is_temporary then 'temporary plan of another authority'
        end as not_counted_reason
    from warehouse.fact_child_protection_plan as plan
    left join warehouse.dim_child as child
        on child.child_key = plan.child_key
        and child.known_to = date '9999-12-31'
) as plan
left join report.code_label as initial_category
    on initial_category.la_code = plan.la_code
    and initial_category.code_list = 'abuse_category'
    and initial_category.code = plan.initial_category
left join report.code_label as latest_category
    on latest_category.la_code = plan.la_code
    and latest_category.code_list = 'abuse_category'
    and latest_category.code = plan.latest_category
left join report.allocation as allocation
    on allocation.allocated_child_key = plan.child_key
where plan.known_to = date '9999-12-31'
