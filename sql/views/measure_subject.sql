-- title: What each latest figure of the last 13 months counts, one by one
-- grain: a thing that a measure counts in a month
-- key: measure_subject_unique_id
-- column child_key: the child that it is about, or stands for; 0: not known
-- column team_key: the team that it is counted for; 0: not known
-- column in_numerator: 1: it is counted; 0: it is not, and is only one of those it is a share of
-- column in_denominator: 1: it is one of those of which a share is counted; empty for counts
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
