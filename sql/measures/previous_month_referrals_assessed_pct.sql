-- title: Referrals of the previous month that were assessed
-- definition: Of the referrals received in the month before, the share with a single assessment authorised by the end of the month. Drafts and cancelled assessments do not count.
-- unit: percent
-- better: higher
-- history: starts of referral.received_date to closed_date, after 1 month
-- counts: each child alone
-- looks_back: 1 month
with first_assessments as (
    -- a sibling's assessment that names the referral is none of it
    select
        assessment.referral_id,
        assessment.child_key,
        min(assessment.authorised_date) as authorised_date
    from known_single_assessment as assessment
    join children
        on children.child_key = assessment.child_key
    where assessment.status = 'completed'
    group by assessment.referral_id, assessment.child_key
)

select
    months.month_start as month,
    referral.child_key,
    referral.team_key,
    referral.referral_id as subject_id,
    case when first_assessments.authorised_date <= months.month_end then 1 else 0 end
        as in_numerator,
    1 as in_denominator
from months
join known_referral as referral
    on referral.received_date >= cast(months.month_start - interval '1 month' as date)
    and referral.received_date < months.month_start
join children
    on children.child_key = referral.child_key
left join first_assessments
    on first_assessments.referral_id = referral.referral_id
    and first_assessments.child_key = referral.child_key
