-- title: What each latest figure of the last 13 months counts, one by one
-- grain: a thing that a measure counts in a month
-- key: measure_subject_unique_id
select
    la_code || '-' || cast(month as text)
        || '-' || measure || '-' || subject_id as measure_subject_unique_id,
    -- of the figure that counts it
    la_code || '-' || cast(month as text) || '-' || measure as current_measure_unique_id,
    la_code,
    month,
    measure,
    subject_id,
    child_key,
    team_key,
    in_numerator,
    in_denominator
from report.latest_subject
