-- title: Days
-- grain: a day
-- key: date
select
    date,
    year,
    month_start,
    month_end,
    month_name,
    week_start,
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
