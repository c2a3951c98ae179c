-- title: Checks of records that did not hold in the last load and hold no record back
-- grain: a check of a table
-- Of these the warehouse keeps how many records fail, and not which.
select
    result.table_name,
    result.reason,
    result.says,
    result.rows_failed
from audit.expectation_result as result
join report.last_extract as last_extract
    on last_extract.run_id = result.run_id
where last_extract.la_code = :la_code
and result.action = 'report'
and result.outcome = 'failed'
order by result.rows_failed desc, result.number
