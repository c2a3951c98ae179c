-- title: Annex A, list 4: single assessments of the last six months
-- grain: an assessment of a child that was open at some time in them
-- Whether the child was found to need support is not in the record.
select
    assessment.la_code,
    child.child_key,
    child.child_token,
    child.sex_label as gender,
    child.ethnicity_code as ethnicity,
    child.birth_month,
    cast(extract(year from age(last_extract.extract_date, child.birth_month)) as integer)
        as age_years,
    case child.is_disabled
        when 1 then 'Yes'
        when 0 then 'No'
        else 'Unknown'
    end as has_a_disability,
    assessment.started_date as assessment_start_date,
    case assessment.is_child_seen
        when 1 then 'Yes'
        when 0 then 'No'
        else 'Unknown'
    end as child_seen,
    assessment.authorised_date as date_of_authorisation,
    team.name as allocated_team,
    assessment.allocated_worker_key
from report.single_assessment as assessment
join report.last_extract as last_extract
    on last_extract.la_code = assessment.la_code
    and assessment.started_date <= last_extract.extract_date
    and (
        assessment.authorised_date is null
        or assessment.authorised_date
            >= cast(last_extract.extract_date - interval '6 months' as date)
    )
join report.child as child
    on child.child_key = assessment.child_key
join report.team as team
    on team.team_key = assessment.allocated_team_key
where assessment.is_counted <> 0
order by assessment.la_code, assessment.started_date, assessment.assessment_id
