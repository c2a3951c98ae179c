-- title: Care leavers, as each contact found them
-- grain: a care leaver's state, as a contact found it
-- key: care_leaver_unique_id
select
    care_leaver.la_code || '-' || care_leaver.care_leaver_id as care_leaver_unique_id,
    care_leaver.la_code,
    care_leaver.care_leaver_id,
    care_leaver.child_key,
    care_leaver.family_key,
    care_leaver.team_key,
    care_leaver.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    care_leaver.eligibility,
    care_leaver.in_touch,
    coalesce(label_of_in_touch.label, care_leaver.in_touch) as in_touch_label,
    care_leaver.contacted_date,
    care_leaver.accommodation_code,
    coalesce(label_of_accommodation.label, care_leaver.accommodation_code) as accommodation,
    cast(care_leaver.is_suitable as integer) as is_suitable,
    care_leaver.activity_code,
    coalesce(label_of_activity.label, care_leaver.activity_code) as activity,
    care_leaver.pathway_plan_reviewed_date,
    care_leaver.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when care_leaver.not_counted_reason is null then 1 else 0 end as is_counted,
    care_leaver.not_counted_reason
from (
    select
        care_leaver.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_care_leaver as care_leaver
    left join warehouse.dim_child as child
        on child.child_key = care_leaver.child_key
        and child.known_to = date '9999-12-31'
) as care_leaver
left join report.code_label as label_of_in_touch
    on label_of_in_touch.la_code = care_leaver.la_code
    and label_of_in_touch.code_list = 'in_touch'
    and label_of_in_touch.code = care_leaver.in_touch
left join report.code_label as label_of_accommodation
    on label_of_accommodation.la_code = care_leaver.la_code
    and label_of_accommodation.code_list = 'accommodation'
    and label_of_accommodation.code = care_leaver.accommodation_code
left join report.code_label as label_of_activity
    on label_of_activity.la_code = care_leaver.la_code
    and label_of_activity.code_list = 'activity'
    and label_of_activity.code = care_leaver.activity_code
left join report.allocation as allocation
    on allocation.allocated_child_key = care_leaver.child_key
where care_leaver.known_to = date '9999-12-31'
