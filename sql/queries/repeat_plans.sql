-- title: How many child protection plans were of children who had been on one before
-- grain: a financial year
-- A repeat within two years began before two years had passed since the plan before it ended.
select
    plan.la_code,
    calendar.financial_year,
    count(*) as plans_started,
    count(*) filter (where plan.plan_number > 1) as repeat_plans,
    round(100.0 * count(*) filter (where plan.plan_number > 1) / count(*), 1) as repeat_pct,
    count(*) filter (
        where cast(plan.previous_plan_ended_date + interval '24 months' as date)
            > plan.started_date
    ) as of_these_within_two_years
from report.child_protection_plan as plan
join report.date as calendar
    on calendar.date = plan.started_date
where plan.is_counted <> 0
group by plan.la_code, calendar.financial_year
order by plan.la_code, calendar.financial_year
