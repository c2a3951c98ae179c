-- title: Which children come back again and again
-- grain: two or more referrals of a child, each at most 12 months after the one before it
with referrals as (
    select
        la_code,
        child_key,
        allocated_team_key,
        received_date,
        closed_date,
        -- each referral that is no re-referral begins a chain
        sum(case when is_re_referral = 1 then 0 else 1 end) over (
            partition by child_key
            order by received_date, length(referral_id), referral_id
            rows between unbounded preceding and current row
        ) as chain
    from report.referral
    where is_counted <> 0
)

select
    referrals.la_code,
    referrals.child_key,
    team.name as allocated_team,
    count(*) as referrals,
    min(referrals.received_date) as first_received_date,
    max(referrals.received_date) as last_received_date,
    count(*) filter (where referrals.closed_date is null) as of_these_open
from referrals
join report.team as team
    on team.team_key = referrals.allocated_team_key
group by referrals.la_code, referrals.child_key, team.name, referrals.chain
having count(*) > 1
order by count(*) desc, max(referrals.received_date) desc, referrals.child_key
