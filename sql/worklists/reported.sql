-- title: Checks of records that more records did not pass in the last load than are kept one by one
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
and result.rows_failed > :most_reported
order by result.rows_failed desc, result.number
