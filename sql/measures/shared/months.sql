-- The months that are counted, from the first to the last: a row of the calendar for each.
select month_start, month_end, year, financial_year
from warehouse.dim_date
where date between :first_month and :last_month
and date = month_start
