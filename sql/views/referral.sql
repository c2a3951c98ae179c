-- title: Referrals
-- grain: a referral of a child
-- key: referral_unique_id
select
    referral.la_code || '-' || referral.referral_id as referral_unique_id,
    referral.la_code,
    referral.referral_id,
    referral.child_key,
    referral.family_key,
    referral.team_key,
    referral.worker_key,
    coalesce(allocation.allocated_team_key, 0) as allocated_team_key,
    coalesce(allocation.allocated_worker_key, 0) as allocated_worker_key,
    referral.received_date,
    referral.closed_date,
    referral.source_code,
    coalesce(source.label, referral.source_code) as source,
    referral.need_code,
    coalesce(need.label, referral.need_code) as need,
    referral.closure_reason_code,
    coalesce(closure_reason.label, referral.closure_reason_code) as closure_reason,
    cast(referral.is_no_further_action as integer) as is_no_further_action,
    cast(referral.is_transfer_in as integer) as is_transfer_in,
    referral.previous_referral_date,
    cast(referral.is_re_referral as integer) as is_re_referral,
    referral.known_from as known_since,
    -- whether the measures count it, and if not, why
    case when referral.not_counted_reason is null then 1 else 0 end as is_counted,
    referral.not_counted_reason
from (
    select
        referral.*,
        case
            when child.is_merged then 'merged child'
        end as not_counted_reason
    from warehouse.fact_referral as referral
    left join warehouse.dim_child as child
        on child.child_key = referral.child_key
        and child.known_to = date '9999-12-31'
) as referral
left join report.code_label as source
    on source.la_code = referral.la_code
    and source.code_list = 'contact_source'
    and source.code = referral.source_code
left join report.code_label as need
    on need.la_code = referral.la_code
    and need.code_list = 'need'
    and need.code = referral.need_code
left join report.code_label as closure_reason
    on closure_reason.la_code = referral.la_code
    and closure_reason.code_list = 'closure_reason'
    and closure_reason.code = referral.closure_reason_code
left join report.allocation as allocation
    on allocation.allocated_child_key = referral.child_key
where referral.known_to = date '9999-12-31'
