-- title: Days
-- grain: a day
-- key: date
-- column month_number: 1 is January; sorts month_name
-- column day_of_week_number: 1 is Monday; sorts day_name
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
    cast(is_weekend as integer) as is_weekend,
    cast(is_working_day as integer) as is_working_day,
    working_day_number,
    bank_holiday
from warehouse.dim_date
