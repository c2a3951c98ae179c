-- title: Referrals of children in need that were open for more than 9 months at a month's end
-- grain: a referral that the measure in_need_over_9_months counts, in the temporary table counted_subject
-- closed_date: where it was closed between the month's end and the last extract
select
    referral.received_date,
    referral.closed_date,
    referral.need,
    (
        select max(visit.visited_date)
        from report.visit as visit
        where visit.child_key = referral.child_key
        and visit.visited_date <= :known_on
    ) as last_visit_date,
    referral.child_key,
    referral.family_key,
    case when :by_allocation = 1 then referral.allocated_team_key else referral.team_key end
        as team_key,
    case when :by_allocation = 1 then referral.allocated_worker_key else referral.worker_key end
        as worker_key
from counted_subject as counted
join report.referral as referral
    on referral.la_code = :la_code
    and referral.referral_id = counted.subject_id
