-- title: Days
-- grain: a day
-- key: date
select
    date,
    year,
    month_start,
    month_end,
    cast(extract(month from date) as integer) as month_number,
    month_name,
    week_start,
    cast(extract(isodow from date) as integer) as day_of_week_number,
    day_name,
    quarter,
    financial_year,
    financial_quarter,
    financial_month,
    is_weekend,
    is_working_day,
    working_day_number,
    bank_holiday
from warehouse.dim_date
