-- title: Referrals received, rate over 12 months
-- definition: Referrals received in the twelve months ending with the month, per 10,000 children aged 0 to 17.
-- unit: per_10000
-- better: neither
-- history: starts of referral.received_date to closed_date, over 12 months
-- counts: each child alone
-- looks_back: 11 months
-- citation: DfE children in need census, table C1
select
    months.month_start as month,
    referral.child_key,
    referral.team_key,
    referral.referral_id as subject_id,
    1 as in_numerator,
    cast(null as integer) as in_denominator
from months
join known_referral as referral
    on referral.received_date between cast(months.month_start - interval '11 months' as date)
    and months.month_end
join children
    on children.child_key = referral.child_key
