-- title: Placements
-- grain: a placement of a looked after child
-- key: placement_unique_id
select
    placement.la_code || '-' || placement.placement_id as placement_unique_id,
    placement.la_code,
    placement.placement_id,
    placement.child_key,
    placement.family_key,
    placement.team_key,
    placement.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    placement.looked_after_id,
    placement.la_code || '-' || placement.looked_after_id as looked_after_period_unique_id,
    placement.started_date,
    placement.ended_date,
    placement.placement_type_code,
    coalesce(placement_type.label, placement.placement_type_code) as placement_type,
    placement.provider_code,
    coalesce(provider.label, placement.provider_code) as provider,
    placement.change_reason_code,
    coalesce(change_reason.label, placement.change_reason_code) as change_reason,
    cast(placement.is_long_term as integer) as is_long_term,
    placement.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when placement.not_counted_reason is null then 1 else 0 end as is_counted,
    placement.not_counted_reason
from (
    select
        placement.*,
        case
            when child.is_merged then 'merged child'
            when period.is_short_break then 'short break'
        end as not_counted_reason
    from warehouse.fact_placement as placement
    left join warehouse.dim_child as child
        on child.child_key = placement.child_key
        and child.known_to = date '9999-12-31'
    left join warehouse.fact_looked_after_period as period
        on period.la_code = placement.la_code
        and period.looked_after_id = placement.looked_after_id
        and period.known_to = date '9999-12-31'
) as placement
left join report.code_label as placement_type
    on placement_type.la_code = placement.la_code
    and placement_type.code_list = 'placement_type'
    and placement_type.code = placement.placement_type_code
left join report.code_label as provider
    on provider.la_code = placement.la_code
    and provider.code_list = 'placement_provider'
    and provider.code = placement.provider_code
left join report.code_label as change_reason
    on change_reason.la_code = placement.la_code
    and change_reason.code_list = 'placement_change_reason'
    and change_reason.code = placement.change_reason_code
left join report.allocation as allocation
    on allocation.allocated_child_key = placement.child_key
where placement.known_to = date '9999-12-31'
