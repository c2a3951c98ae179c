-- title: How many children were in need on each 31 March, by age
-- grain: a 31 March and an age band
-- In need is whoever is open to the service: with an open referral, on a child protection plan or
-- looked after. As the last extract tells it.
select
    open_child.la_code,
    calendar.financial_year,
    open_child.month_end,
    open_child.age_band,
    count(*) as children,
    count(*) filter (where open_child.is_on_plan = 1) as of_these_on_a_plan,
    count(*) filter (where open_child.is_looked_after = 1) as of_these_looked_after
from report.child_month as open_child
join report.date as calendar
    on calendar.date = open_child.month_end
where calendar.financial_month = 12
group by
    open_child.la_code, calendar.financial_year, open_child.month_end, open_child.age_band
order by open_child.la_code, open_child.month_end, open_child.age_band
