-- title: Referrals within 12 months of an earlier one
-- definition: Of the referrals received in the month, the share where the same child had been referred before, 12 calendar months ago or less.
-- unit: percent
-- better: lower
-- history: starts of referral.received_date to closed_date, after 12 months
-- counts: each child alone
-- looks_back: 12 months
-- citation: DfE children in need census, table C1
select
    months.month_start as month,
    referral.child_key,
    referral.team_key,
    referral.referral_id as subject_id,
    case when referral.is_re_referral then 1 else 0 end as in_numerator,
    1 as in_denominator
from months
join known_referral as referral
    on referral.received_date between months.month_start and months.month_end
join children
    on children.child_key = referral.child_key
