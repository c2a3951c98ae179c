-- title: Referrals received
-- definition: Referrals received in the month. Each child of a sibling group counts.
-- unit: count
-- better: neither
-- history: starts of referral.received_date to closed_date
-- counts: each child alone
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
    on referral.received_date between months.month_start and months.month_end
join children
    on children.child_key = referral.child_key
