-- title: Care leavers' entitlements
-- grain: a child's entitlement as one who leaves, or has left, care
-- key: care_leaver_eligibility_unique_id
select
    care_leaver_eligibility.la_code || '-' || care_leaver_eligibility.eligibility_id as care_leaver_eligibility_unique_id,
    care_leaver_eligibility.la_code,
    care_leaver_eligibility.eligibility_id,
    care_leaver_eligibility.child_key,
    care_leaver_eligibility.family_key,
    care_leaver_eligibility.team_key,
    care_leaver_eligibility.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    care_leaver_eligibility.eligibility,
    care_leaver_eligibility.pathway_plan_reviewed_date,
    care_leaver_eligibility.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when care_leaver_eligibility.not_counted_reason is null then 1 else 0 end as is_counted,
    care_leaver_eligibility.not_counted_reason
from (
    select
        care_leaver_eligibility.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_care_leaver_eligibility as care_leaver_eligibility
    left join warehouse.dim_child as child
        on child.child_key = care_leaver_eligibility.child_key
        and child.known_to = date '9999-12-31'
) as care_leaver_eligibility
left join report.allocation as allocation
    on allocation.allocated_child_key = care_leaver_eligibility.child_key
where care_leaver_eligibility.known_to = date '9999-12-31'
