-- The first day of each financial year, for measures that count from it on.
select financial_year, min(date) as first_day
from warehouse.dim_date
group by financial_year
