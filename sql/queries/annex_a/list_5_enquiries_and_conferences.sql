-- title: Annex A, list 5: section 47 enquiries of the last six months, and their conferences
-- grain: an enquiry about a child that was open at some time in them
-- The enquiries and conferences of 12 months are the same child's before this enquiry began.
with earlier_enquiries as (
    select enquiry.section_47_enquiry_unique_id, count(*) as enquiries
    from report.section_47_enquiry as enquiry
    join report.section_47_enquiry as earlier
        on earlier.child_key = enquiry.child_key
        and earlier.enquiry_id <> enquiry.enquiry_id
        and earlier.is_counted <> 0
        and earlier.started_date
            between cast(enquiry.started_date - interval '12 months' as date)
            and enquiry.started_date
    group by enquiry.section_47_enquiry_unique_id
),

earlier_conferences as (
    select enquiry.section_47_enquiry_unique_id, count(*) as conferences
    from report.section_47_enquiry as enquiry
    join report.initial_conference as earlier
        on earlier.child_key = enquiry.child_key
        and earlier.is_counted <> 0
        and earlier.held_date >= cast(enquiry.started_date - interval '12 months' as date)
        and earlier.held_date < enquiry.started_date
    group by enquiry.section_47_enquiry_unique_id
),

conferences as (
    -- of an enquiry the first held; the others do not count
    select section_47_enquiry_unique_id, initial_conference_unique_id, held_date
    from report.initial_conference
    where is_counted <> 0
),

conferences_with_a_plan as (
    select distinct initial_conference_unique_id
    from report.child_protection_plan
    where is_counted <> 0
)

select
    enquiry.la_code,
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
    enquiry.started_date as enquiry_start_date,
    case
        when enquiry.completed_date is null then null
        when enquiry.outcome = 'initial_conference' then 'No'
        else 'Yes'
    end as conference_deemed_unnecessary,
    conference.held_date as date_of_conference,
    case
        when conference.held_date is null then null
        when conferences_with_a_plan.initial_conference_unique_id is null then 'No'
        else 'Yes'
    end as led_to_a_plan,
    coalesce(earlier_enquiries.enquiries, 0) as earlier_enquiries_in_12_months,
    coalesce(earlier_conferences.conferences, 0) as earlier_conferences_in_12_months,
    team.name as allocated_team,
    enquiry.allocated_worker_key
from report.section_47_enquiry as enquiry
join report.last_extract as last_extract
    on last_extract.la_code = enquiry.la_code
    and enquiry.started_date <= last_extract.extract_date
    and (
        enquiry.completed_date is null
        or enquiry.completed_date
            >= cast(last_extract.extract_date - interval '6 months' as date)
    )
join report.child as child
    on child.child_key = enquiry.child_key
join report.team as team
    on team.team_key = enquiry.allocated_team_key
left join conferences as conference
    on conference.section_47_enquiry_unique_id = enquiry.section_47_enquiry_unique_id
left join conferences_with_a_plan
    on conferences_with_a_plan.initial_conference_unique_id
        = conference.initial_conference_unique_id
left join earlier_enquiries
    on earlier_enquiries.section_47_enquiry_unique_id = enquiry.section_47_enquiry_unique_id
left join earlier_conferences
    on earlier_conferences.section_47_enquiry_unique_id = enquiry.section_47_enquiry_unique_id
where enquiry.is_counted <> 0
order by enquiry.la_code, enquiry.started_date, enquiry.enquiry_id
