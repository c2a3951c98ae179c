-- title: Re-referrals within 12 months
-- definition: Of the referrals received in the month, the share where the same child had been referred before, 12 calendar months ago or less.
-- unit: percent
-- better: lower
-- citation: DfE children in need census, table C1
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

referrals as (
    select la_code, referral_id, child_key, team_key, received_date, is_re_referral
    from warehouse.fact_referral
    where known_from <= :known_on and :known_on < known_to
)

select
    referrals.la_code,
    months.month_start as month,
    referrals.child_key,
    referrals.team_key,
    referrals.referral_id as subject_id,
    case when referrals.is_re_referral then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join referrals
    on referrals.received_date between months.month_start and months.month_end
join children
    on children.child_key = referrals.child_key
