-- title: How timely each team is, month by month
-- grain: a month, a timescale and a team that owed something in it
-- In practice: done by its due date, whenever that was recorded. Months of small numbers swing; the
-- share of three months together is steadier.
with months as (
    select
        by_team.la_code,
        by_team.month,
        by_team.measure,
        measure.title,
        by_team.team_name as team,
        by_team.numerator,
        by_team.denominator,
        sum(by_team.numerator) over three_months as numerator_of_three_months,
        sum(by_team.denominator) over three_months as denominator_of_three_months
    from report.monthly_measure_by_team as by_team
    join report.measure as measure
        on measure.measure = by_team.measure
    where by_team.label = 'latest'
    and by_team.measure like '%_in_practice_pct'
    window three_months as (
        partition by by_team.la_code, by_team.measure, by_team.team_key
        order by by_team.month
        rows between 2 preceding and current row
    )
)

select
    la_code,
    month,
    title,
    team,
    numerator as in_time,
    denominator as due,
    round(100.0 * numerator / denominator, 1) as in_time_pct,
    round(100.0 * numerator_of_three_months / denominator_of_three_months, 1)
        as in_time_pct_of_three_months
from months
where denominator > 0
order by la_code, title, team, month
