-- The months that are counted, from the first to the last.
select distinct month_start, month_end, year, financial_year
from warehouse.dim_date
where month_start between :first_month and :last_month
