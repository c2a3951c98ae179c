-- title: Referrals of the previous month that were assessed
-- definition: Of the referrals received in the month before, the share with a single assessment authorised by the end of the month. Drafts and cancelled assessments do not count.
-- unit: percent
-- better: higher
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
),

first_assessments as (
    select
        assessment.la_code,
        assessment.referral_id,
        min(assessment.authorised_date) as authorised_date
    from warehouse.fact_single_assessment as assessment
    join children
        on children.child_key = assessment.child_key
    where assessment.known_from <= :known_on and :known_on < assessment.known_to
    and assessment.status = 'completed'
    group by assessment.la_code, assessment.referral_id
)

select
    referrals.la_code,
    months.month_start as month,
    referrals.child_key,
    referrals.team_key,
    referrals.referral_id as subject_id,
    case
        when first_assessments.authorised_date <= months.month_end then 1
        else 0
    end as in_numerator,
    1 as in_denominator
from months
join referrals
    on referrals.received_date >= cast(months.month_start - interval '1 month' as date)
    and referrals.received_date < months.month_start
join children
    on children.child_key = referrals.child_key
left join first_assessments
    on first_assessments.la_code = referrals.la_code
    and first_assessments.referral_id = referrals.referral_id
