-- title: Referrals received, rate over 12 months
-- definition: Referrals received in the twelve months ending with the month, per 10,000 children aged 0 to 17.
-- unit: per_10000
-- better: neither
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
    select la_code, referral_id, child_key, team_key, received_date
    from warehouse.fact_referral
    where known_from <= :known_on and :known_on < known_to
)

select
    referrals.la_code,
    months.month_start as month,
    referrals.child_key,
    referrals.team_key,
    referrals.referral_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join referrals
    on referrals.received_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = referrals.child_key
