-- title: Annex A, list 2: early help of the last six months
-- grain: an early help episode of a child that was open at some time in them
-- The record has episodes of early help; the list asks for assessments.
select
    episode.la_code,
    child.child_key,
    child.child_token,
    child.sex_label as gender,
    child.ethnicity_code as ethnicity,
    child.birth_month,
    cast(extract(year from age(last_extract.extract_date, child.birth_month)) as integer)
        as age_years,
    episode.started_date as assessment_start_date,
    episode.ended_date as assessment_completion_date,
    episode.organisation_code as organisation
from report.early_help as episode
join report.last_extract as last_extract
    on last_extract.la_code = episode.la_code
    and episode.started_date <= last_extract.extract_date
    and (
        episode.ended_date is null
        or episode.ended_date >= cast(last_extract.extract_date - interval '6 months' as date)
    )
join report.child as child
    on child.child_key = episode.child_key
where episode.is_counted <> 0
order by episode.la_code, episode.started_date, episode.early_help_id
